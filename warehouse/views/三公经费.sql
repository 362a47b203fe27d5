SELECT
    department_name AS 部门, region_name AS 地区, fiscal_year AS 年度, CASE stage WHEN 'budget' THEN '预算' WHEN 'final' THEN '决算' END AS 阶段,
    three_public_yuan AS 合计,
    <three_public>_yuan AS "<three_public_zh>",
    rest_yuan AS 其余, address AS 公开地址, page AS 页, row AS 行
FROM three_public
