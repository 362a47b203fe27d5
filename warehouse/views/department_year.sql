-- The figures are the department's own, from its summary tables; the sum of its projects stands beside them. A row is complete if
-- nothing speaks against using all of it as it is.
WITH figure_by_scope AS (
    SELECT
        any_value(amount_yuan) FILTER (figure = '<figure>') AS <figure>_yuan,
        department_id, fiscal_year, stage
    FROM department_figure
    GROUP BY department_id, fiscal_year, stage
),
reason_by_scope AS (
    SELECT
        department_id, fiscal_year, stage, list(reason_en ORDER BY reason) AS in_english, list(reason_zh ORDER BY reason) AS in_chinese,
        bool_and(reason = 'no-summary') AS is_of_summary_only
    FROM incomplete_reason
    GROUP BY department_id, fiscal_year, stage
),
scope AS (
    SELECT department_id, fiscal_year, stage FROM department_sum
    UNION
    SELECT department_id, fiscal_year, stage FROM incomplete_reason
)
SELECT
    scope.department_id, department.department_name, department.region_code, region.region_name, scope.fiscal_year, scope.stage,
    figures.<figure>_yuan,
    coalesce(sums.project_count, 0) AS project_count, sums.project_sum_yuan, sums.project_total_yuan,
    coalesce(sums.indicator_count, 0) AS indicator_count, coalesce(sums.document_count, 0) AS document_count,
    reasons.in_english IS NULL AS is_complete, coalesce(reasons.is_of_summary_only, true) AS is_project_sum_complete,
    coalesce(reasons.in_english, []) AS incomplete_reasons, coalesce(reasons.in_chinese, []) AS incomplete_reasons_zh,
    department.lasting_department_id, lasting.department_name AS lasting_department_name
FROM scope
JOIN dim_department AS department ON department.department_id = scope.department_id AND <department in scope.fiscal_year>
JOIN dim_department AS lasting ON lasting.department_id = department.lasting_department_id AND lasting.is_current
LEFT JOIN dim_region AS region ON region.region_code = department.region_code
LEFT JOIN figure_by_scope AS figures
    ON figures.department_id = scope.department_id AND figures.fiscal_year = scope.fiscal_year AND figures.stage = scope.stage
LEFT JOIN department_sum AS sums
    ON sums.department_id = scope.department_id AND sums.fiscal_year IS NOT DISTINCT FROM scope.fiscal_year
    AND sums.stage IS NOT DISTINCT FROM scope.stage
LEFT JOIN reason_by_scope AS reasons
    ON reasons.department_id = scope.department_id AND reasons.fiscal_year IS NOT DISTINCT FROM scope.fiscal_year
    AND reasons.stage IS NOT DISTINCT FROM scope.stage
