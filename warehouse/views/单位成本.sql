SELECT
    department_name AS 部门, region_name AS 地区, fiscal_year AS 年度, CASE stage WHEN 'budget' THEN '预算' WHEN 'final' THEN '决算' END AS 阶段,
    project_name AS 项目名称, indicator_name AS 指标名称, operator AS 比较符, target_count AS 数量, count_unit AS 计量单位,
    amount_yuan AS 金额, unit_cost_yuan AS 单位成本, count_target_count AS 数量指标数, target_text AS 指标值原文, address AS 公开地址,
    page AS 页, row AS 行
FROM unit_cost
