-- Each publication that the catalogue expects and that is there: the earliest date that its list or page gives, against the deadline.
-- The night that found it says nothing: the address may have been registered later. It cannot be mended: some weeks after it
-- was found, or a year after it was published, it is history.
WITH dated AS (
    SELECT version.department_id, version.fiscal_year, version.stage, min(pull.published_date) AS published_date,
        min(version.pulled_at)::DATE AS found_date
    FROM dim_document AS version
    JOIN fact_pull AS pull ON pull.address = version.document_id
    WHERE pull.published_date IS NOT NULL AND version.outcome = 'read'
    GROUP BY ALL
),
undated AS (
    SELECT DISTINCT version.department_id, version.fiscal_year, version.stage
    FROM dim_document AS version
    ANTI JOIN (SELECT address FROM fact_pull WHERE published_date IS NOT NULL) AS dated ON dated.address = version.document_id
    WHERE version.outcome = 'read'
)
SELECT
    CASE WHEN coverage.status <> 'published' THEN 'not-published'
         WHEN dated.published_date <= coverage.due_date THEN NULL
         WHEN dated.published_date IS NULL OR undated.department_id IS NOT NULL THEN 'date-unknown'
         WHEN coverage.as_of_date - dated.published_date > getvariable('days')
             OR coverage.as_of_date - dated.found_date > getvariable('told_days') THEN 'long-ago' END AS reason,
    CASE WHEN reason IS NOT NULL THEN 'not_applicable' WHEN dated.published_date <= coverage.due_date THEN 'pass' ELSE 'fail' END AS status,
    coverage.department_id, coverage.fiscal_year, coverage.stage, coverage.document_key, 'duty' AS subject,
    coverage.fiscal_year || '年' || CASE coverage.stage WHEN 'budget' THEN '预算' ELSE '决算' END AS label,
    coverage.due_date::VARCHAR AS expected, dated.published_date::VARCHAR AS actual, NULL AS published_text, NULL AS page, NULL AS row,
    coverage.department_name, coverage.due_date, dated.published_date, dated.published_date - coverage.due_date AS days,
    CASE coverage.stage WHEN 'budget' THEN '预算' ELSE '决算' END AS stage_zh,
    CASE coverage.stage WHEN 'budget' THEN 'budget' ELSE 'final accounts' END AS stage_en
FROM coverage
LEFT JOIN dated
    ON dated.department_id = coverage.department_id AND dated.fiscal_year = coverage.fiscal_year AND dated.stage = coverage.stage
LEFT JOIN undated
    ON undated.department_id = coverage.department_id AND undated.fiscal_year = coverage.fiscal_year AND undated.stage = coverage.stage
