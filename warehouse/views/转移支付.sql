SELECT
    department_name AS 部门, region_name AS 地区, fiscal_year AS 年度, CASE stage WHEN 'budget' THEN '预算' WHEN 'final' THEN '决算' END AS 阶段,
    CASE transfer_kind WHEN 'funding' THEN '资金来源' WHEN 'project' THEN '项目' WHEN 'line' THEN '预算表' END AS 种类, label AS 名称,
    amount_yuan AS 金额, address AS 公开地址, page AS 页, row AS 行
FROM transfer_payment
