-- The figures are the department's own, from its summary tables; the sum of its projects stands beside them. A row is complete if
-- nothing speaks against using all of it as it is.
WITH project_by_scope AS (
    SELECT department_id, fiscal_year, stage, count(*) AS project_count, sum(amount_yuan) AS sum_yuan FROM project GROUP BY ALL
),
indicator_by_scope AS (
    SELECT department_id, fiscal_year, stage, count(*) AS indicator_count FROM indicator GROUP BY ALL
),
-- The same number above and below is one; a table whose projects count elsewhere is left out with its total.
grand_total AS (
    SELECT document_key, table_no, min(amount_yuan) AS amount_yuan, count(DISTINCT amount_yuan) AS amount_count
    FROM fact_project_total
    WHERE funding_source = 'total' AND total_kind = 'grand'
    GROUP BY document_key, table_no
),
total_by_scope AS (
    SELECT
        document.department_id, document.fiscal_year, document.stage, sum(total.amount_yuan) AS sum_yuan,
        bool_and(coalesce(total.amount_count, 0) = 1 AND listed.is_whole) AS is_known
    FROM (
        SELECT project.document_key, project.table_no, bool_and(counted.is_counted) AS is_whole
        FROM fact_project AS project
        JOIN counted_project AS counted ON counted.document_key = project.document_key AND counted.project_no = project.project_no
        GROUP BY project.document_key, project.table_no
        HAVING bool_or(counted.is_counted)
    ) AS listed
    JOIN document ON document.document_key = listed.document_key
    LEFT JOIN grand_total AS total ON total.document_key = listed.document_key AND total.table_no = listed.table_no
    GROUP BY ALL
),
document_by_scope AS (
    SELECT department_id, fiscal_year, stage, count(*) FILTER (standing <> 'withdrawn') AS document_count FROM document GROUP BY ALL
),
figure_by_scope AS (
    SELECT
        any_value(amount_yuan) FILTER (figure = '<figure>') AS <figure>_yuan,
        department_id, fiscal_year, stage
    FROM department_figure
    GROUP BY department_id, fiscal_year, stage
),
reason_by_scope AS (
    SELECT department_id, fiscal_year, stage, list(reason_en ORDER BY reason) AS reasons
    FROM incomplete_reason
    GROUP BY ALL
),
scope AS (
    SELECT department_id, fiscal_year, stage FROM document_by_scope
    UNION
    SELECT department_id, fiscal_year, stage FROM incomplete_reason
)
SELECT
    scope.department_id, department.department_name, department.region_code, region.region_name, scope.fiscal_year, scope.stage,
    figures.<figure>_yuan,
    coalesce(projects.project_count, 0) AS project_count, CAST(projects.sum_yuan AS DECIMAL(38, 2)) AS project_sum_yuan,
    CAST(CASE WHEN totals.is_known THEN totals.sum_yuan END AS DECIMAL(38, 2)) AS project_total_yuan,
    coalesce(indicators.indicator_count, 0) AS indicator_count, coalesce(documents.document_count, 0) AS document_count,
    reasons.reasons IS NULL AS is_complete, coalesce(reasons.reasons, []) AS incomplete_reasons
FROM scope
JOIN dim_department AS department ON department.department_id = scope.department_id AND department.is_current
LEFT JOIN dim_region AS region ON region.region_code = department.region_code
LEFT JOIN figure_by_scope AS figures
    ON figures.department_id = scope.department_id AND figures.fiscal_year = scope.fiscal_year AND figures.stage = scope.stage
LEFT JOIN project_by_scope AS projects
    ON projects.department_id = scope.department_id AND projects.fiscal_year IS NOT DISTINCT FROM scope.fiscal_year
    AND projects.stage IS NOT DISTINCT FROM scope.stage
LEFT JOIN indicator_by_scope AS indicators
    ON indicators.department_id = scope.department_id AND indicators.fiscal_year IS NOT DISTINCT FROM scope.fiscal_year
    AND indicators.stage IS NOT DISTINCT FROM scope.stage
LEFT JOIN total_by_scope AS totals
    ON totals.department_id = scope.department_id AND totals.fiscal_year IS NOT DISTINCT FROM scope.fiscal_year
    AND totals.stage IS NOT DISTINCT FROM scope.stage
LEFT JOIN document_by_scope AS documents
    ON documents.department_id = scope.department_id AND documents.fiscal_year IS NOT DISTINCT FROM scope.fiscal_year
    AND documents.stage IS NOT DISTINCT FROM scope.stage
LEFT JOIN reason_by_scope AS reasons
    ON reasons.department_id = scope.department_id AND reasons.fiscal_year IS NOT DISTINCT FROM scope.fiscal_year
    AND reasons.stage IS NOT DISTINCT FROM scope.stage
