SELECT
    department_name AS 部门, region_name AS 地区, fiscal_year AS 年度, CASE stage WHEN 'budget' THEN '预算' WHEN 'final' THEN '决算' END AS 阶段,
    project_name AS 项目名称, level1 AS 一级指标, level2 AS 二级指标, indicator_name AS 指标名称, operator AS 比较符, value AS 目标值,
    value_high AS 目标值上限, unit AS 计量单位, CASE kind WHEN 'quantitative' THEN '定量' WHEN 'qualitative' THEN '定性' END AS 性质,
    target_text AS 指标值原文, address AS 公开地址, page AS 页, row AS 行
FROM indicator
