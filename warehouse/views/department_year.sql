WITH project_by_document AS (
    SELECT document_key, count(*) AS project_count, sum(amount_yuan) AS sum_yuan, count(*) - count(amount_yuan) AS blank_count
    FROM project
    GROUP BY document_key
),
contradicted_by_document AS (
    SELECT document_key, count(*) AS project_count FROM counted_project WHERE is_contradicted GROUP BY document_key
),
-- 合计 closes a table, all other totals are parts of it; the same number above and below is one.
grand_total AS (
    SELECT document_key, table_no, min(amount_yuan) AS amount_yuan, count(DISTINCT amount_yuan) AS amount_count
    FROM fact_project_total
    WHERE funding_source = 'total' AND regexp_full_match(label, '\P{Han}*[合总共]计\P{Han}*')
    GROUP BY document_key, table_no
),
-- A table whose projects count elsewhere is left out with its total.
total_by_document AS (
    SELECT
        counted.document_key, sum(total.amount_yuan) AS sum_yuan,
        bool_and(total.amount_count IS NOT NULL AND total.amount_count = 1 AND counted.is_whole) AS is_known,
        bool_or(total.amount_count > 1) AS is_contradicted
    FROM (
        SELECT project.document_key, project.table_no, bool_and(counted.is_counted) AS is_whole
        FROM fact_project AS project
        JOIN counted_project AS counted ON counted.document_key = project.document_key AND counted.project_no = project.project_no
        GROUP BY project.document_key, project.table_no
        HAVING bool_or(counted.is_counted)
    ) AS counted
    LEFT JOIN grand_total AS total ON total.document_key = counted.document_key AND total.table_no = counted.table_no
    GROUP BY counted.document_key
),
quarantine_by_document AS (
    SELECT document_key, count(*) AS row_count FROM quarantine GROUP BY document_key
),
critical_by_document AS (
    SELECT document_key, count(*) AS finding_count FROM quality WHERE severity = 'critical' GROUP BY document_key
),
-- The same bytes stand for another department, year or stage too: whose they are is not known.
shared AS (
    SELECT coalesce(duplicate_of_key, document_key) AS document_key
    FROM dim_document
    WHERE is_current
    GROUP BY ALL
    HAVING count(DISTINCT (department_id, coalesce(fiscal_year, 0), coalesce(stage, ''))) > 1
),
-- A file that cannot be read may be of any year and stage that it is not known to be of another; the version in force of the
-- same file is out of date.
unreadable AS (
    SELECT department_id, fiscal_year, stage, count(DISTINCT unreadable_key) AS document_count
    FROM (
        SELECT document.department_id, document.fiscal_year, document.stage, unreadable.document_key AS unreadable_key
        FROM document
        JOIN unreadable_document AS unreadable
            ON unreadable.department_id = document.department_id
            AND coalesce(unreadable.fiscal_year, document.fiscal_year) IS NOT DISTINCT FROM document.fiscal_year
            AND coalesce(unreadable.stage, document.stage) IS NOT DISTINCT FROM document.stage
        UNION ALL
        SELECT document.department_id, document.fiscal_year, document.stage, unreadable.document_key
        FROM document
        JOIN unreadable_document AS unreadable ON unreadable.address = document.address
    )
    GROUP BY ALL
)
SELECT
    document.department_id, any_value(document.department_name) AS department_name, any_value(document.region_code) AS region_code,
    any_value(document.region_name) AS region_name, document.fiscal_year, document.stage, count(*) AS document_count,
    CAST(coalesce(any_value(unreadable.document_count), 0) AS BIGINT) AS unreadable_document_count,
    CAST(coalesce(sum(projects.project_count), 0) AS BIGINT) AS project_count,
    CAST(coalesce(sum(contradicted.project_count), 0) AS BIGINT) AS contradicted_project_count,
    CAST(sum(projects.sum_yuan) AS DECIMAL(38, 2)) AS amount_yuan,
    CAST(CASE WHEN bool_and(totals.is_known) THEN sum(totals.sum_yuan) END AS DECIMAL(38, 2)) AS published_total_yuan,
    CAST(coalesce(sum(quarantined.row_count), 0) AS BIGINT) AS quarantined_row_count,
    CAST(coalesce(sum(critical.finding_count), 0) AS BIGINT) AS critical_finding_count,
    document.fiscal_year IS NOT NULL AND document.stage IS NOT NULL
        AND coalesce(any_value(unreadable.document_count), 0) + coalesce(sum(contradicted.project_count), 0)
            + coalesce(sum(quarantined.row_count), 0) + coalesce(sum(critical.finding_count), 0)
            + coalesce(sum(projects.blank_count), 0) + count(shared.document_key) = 0
        AND NOT coalesce(bool_or(totals.is_contradicted), false) AS is_complete
FROM document
LEFT JOIN project_by_document AS projects ON projects.document_key = document.document_key
LEFT JOIN contradicted_by_document AS contradicted ON contradicted.document_key = document.document_key
LEFT JOIN total_by_document AS totals ON totals.document_key = document.document_key
LEFT JOIN quarantine_by_document AS quarantined ON quarantined.document_key = document.document_key
LEFT JOIN critical_by_document AS critical ON critical.document_key = document.document_key
LEFT JOIN shared ON shared.document_key = document.document_key
LEFT JOIN unreadable
    ON unreadable.department_id = document.department_id AND unreadable.fiscal_year IS NOT DISTINCT FROM document.fiscal_year
    AND unreadable.stage IS NOT DISTINCT FROM document.stage
GROUP BY document.department_id, document.fiscal_year, document.stage
