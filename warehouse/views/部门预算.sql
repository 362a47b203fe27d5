SELECT
    department_name AS 部门, region_name AS 地区, fiscal_year AS 年度, CASE stage WHEN 'budget' THEN '预算' WHEN 'final' THEN '决算' END AS 阶段,
    <figure>_yuan AS <figure_zh>,
    project_count AS 项目数, project_sum_yuan AS 项目金额合计, project_total_yuan AS 项目公布合计, indicator_count AS 绩效指标数,
    document_count AS 文件数, is_complete AS 是否完整, is_project_sum_complete AS 项目合计是否完整, incomplete_reasons_zh AS 不完整原因
FROM department_year
