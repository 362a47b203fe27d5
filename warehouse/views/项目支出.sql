SELECT
    department_name AS 部门, region_name AS 地区, fiscal_year AS 年度, CASE stage WHEN 'budget' THEN '预算' WHEN 'final' THEN '决算' END AS 阶段,
    project_name AS 项目名称, project_standard_name AS 标准名称, unit_name AS 资金使用单位, amount_yuan AS 金额,
    fiscal_appropriation_yuan AS 财政拨款, special_account_yuan AS 财政专户, other_yuan AS 其他资金, carryover_yuan AS 上年结转,
    goal AS 绩效目标, address AS 公开地址, page AS 页, row AS 行
FROM project
