WITH project_by_document AS (
    SELECT document_key, count(*) AS project_count, sum(amount_yuan) AS sum_yuan, count(*) - count(amount_yuan) AS blank_count
    FROM project
    GROUP BY document_key
),
-- 合计 closes a table, all other totals are parts of it; one whose projects count elsewhere is left out with them.
total_by_document AS (
    SELECT total.document_key, sum(total.amount_yuan) AS sum_yuan
    FROM fact_project_total AS total
    SEMI JOIN project ON project.document_key = total.document_key
    SEMI JOIN fact_project ON fact_project.document_key = total.document_key AND fact_project.table_no = total.table_no
    WHERE total.funding_source = 'total' AND total.label IN ('合计', '总计')
    GROUP BY total.document_key
),
quarantine_by_document AS (
    SELECT document_key, count(*) AS row_count FROM quarantine GROUP BY document_key
),
critical_by_document AS (
    SELECT document_key, count(*) AS finding_count FROM quality WHERE severity = 'critical' GROUP BY document_key
)
SELECT
    document.department_id, any_value(document.department_name) AS department_name, any_value(document.region_code) AS region_code,
    any_value(document.region_name) AS region_name, document.fiscal_year, document.stage, count(*) AS document_count,
    CAST(coalesce(sum(projects.project_count), 0) AS BIGINT) AS project_count,
    CAST(sum(projects.sum_yuan) AS DECIMAL(38, 2)) AS amount_yuan,
    CAST(sum(totals.sum_yuan) AS DECIMAL(38, 2)) AS published_total_yuan,
    CAST(coalesce(sum(quarantined.row_count), 0) AS BIGINT) AS quarantined_row_count,
    CAST(coalesce(sum(critical.finding_count), 0) AS BIGINT) AS critical_finding_count,
    coalesce(sum(quarantined.row_count), 0) + coalesce(sum(critical.finding_count), 0) + coalesce(sum(projects.blank_count), 0) = 0
        AS is_complete
FROM document
LEFT JOIN project_by_document AS projects ON projects.document_key = document.document_key
LEFT JOIN total_by_document AS totals ON totals.document_key = document.document_key
LEFT JOIN quarantine_by_document AS quarantined ON quarantined.document_key = document.document_key
LEFT JOIN critical_by_document AS critical ON critical.document_key = document.document_key
GROUP BY document.department_id, document.fiscal_year, document.stage
