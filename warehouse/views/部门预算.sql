SELECT
    department_name AS 部门, region_name AS 地区, totals.fiscal_year AS 年度, CASE totals.stage WHEN 'budget' THEN '预算' WHEN 'final' THEN '决算' END AS 阶段,
    <figure>_yuan AS <figure_zh>,
    project_count AS 项目数, project_sum_yuan AS 项目金额合计, project_total_yuan AS 项目公布合计, indicator_count AS 绩效指标数,
    document_count AS 文件数, is_complete AS 是否完整, is_project_sum_complete AS 项目合计是否完整, coalesce(reasons.texts, []) AS 不完整原因
FROM department_year AS totals
LEFT JOIN (
    SELECT department_id, fiscal_year, stage, list(reason_zh ORDER BY reason) AS texts FROM incomplete_reason GROUP BY ALL
) AS reasons
    ON reasons.department_id = totals.department_id AND reasons.fiscal_year IS NOT DISTINCT FROM totals.fiscal_year
    AND reasons.stage IS NOT DISTINCT FROM totals.stage
