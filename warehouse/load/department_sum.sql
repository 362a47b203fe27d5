-- The sums of each department, year and stage that has documents.
WITH document AS (
    FROM document SEMI JOIN undecided_department USING (department_id)
),
project AS (<view project>),
indicator AS (<view indicator>),
project_by_scope AS (
    SELECT department_id, fiscal_year, stage, count(*) AS project_count, sum(amount_yuan) AS sum_yuan FROM project GROUP BY ALL
),
indicator_by_scope AS (
    SELECT department_id, fiscal_year, stage, count(*) AS indicator_count FROM indicator GROUP BY ALL
),
-- The same number above and below is one; a table whose projects count elsewhere is left out with its total.
grand_total AS (
    SELECT document_key, table_no, min(amount_yuan) AS amount_yuan, count(DISTINCT amount_yuan) AS amount_count
    FROM fact_project_total
    SEMI JOIN document USING (document_key)
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
        SEMI JOIN document ON document.document_key = project.document_key
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
)
SELECT
    documents.department_id, documents.fiscal_year, documents.stage, coalesce(projects.project_count, 0) AS project_count,
    CAST(projects.sum_yuan AS DECIMAL(38, 2)) AS project_sum_yuan,
    CAST(CASE WHEN totals.is_known THEN totals.sum_yuan END AS DECIMAL(38, 2)) AS project_total_yuan,
    coalesce(indicators.indicator_count, 0) AS indicator_count, documents.document_count
FROM document_by_scope AS documents
LEFT JOIN project_by_scope AS projects
    ON projects.department_id = documents.department_id AND projects.fiscal_year IS NOT DISTINCT FROM documents.fiscal_year
    AND projects.stage IS NOT DISTINCT FROM documents.stage
LEFT JOIN indicator_by_scope AS indicators
    ON indicators.department_id = documents.department_id AND indicators.fiscal_year IS NOT DISTINCT FROM documents.fiscal_year
    AND indicators.stage IS NOT DISTINCT FROM documents.stage
LEFT JOIN total_by_scope AS totals
    ON totals.department_id = documents.department_id AND totals.fiscal_year IS NOT DISTINCT FROM documents.fiscal_year
    AND totals.stage IS NOT DISTINCT FROM documents.stage
