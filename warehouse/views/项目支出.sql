SELECT
    department_name AS 部门, region_name AS 地区, fiscal_year AS 年度, CASE stage WHEN 'budget' THEN '预算' WHEN 'final' THEN '决算' END AS 阶段,
    project_name AS 项目名称, project_standard_name AS 标准名称, unit_name AS 资金使用单位, amount_yuan AS 金额,
    <funding_source>_yuan AS <funding_source_zh>,
    goal AS 绩效目标, address AS 公开地址, page AS 页, row AS 行
FROM project
