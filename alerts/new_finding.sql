-- Each audience's findings whose issue was opened, or opened again, in this run, down to its own severity and at most $cap of each.
-- They may have been loaded by an earlier run that did not live to tell them. When there are more, departments take turns, so that one
-- department with a thousand does not hide the others.
WITH new_finding AS (
    SELECT
        quality.*,
        row_number() OVER (
            PARTITION BY quality.audience_id, quality.severity, quality.department_id
            ORDER BY address, quality.page, quality.row, quality.finding_key
        ) AS turn
    FROM quality
    JOIN quality_issue AS issue USING (fingerprint)
    JOIN dim_audience AS audience ON audience.audience_id = quality.audience_id
    WHERE issue.opened_run_key = $run_key
        AND list_position($severities, quality.severity) <= list_position($severities, audience.severity)
        AND NOT list_contains($untold, quality.rule)
)
SELECT
    audience_id,
    severity,
    count(*) OVER (PARTITION BY audience_id, severity) AS total,
    department_name,
    coalesce(file_name, address),
    coalesce(address, ''),
    CASE $language WHEN 'zh' THEN message_zh ELSE message_en END,
    CASE $language WHEN 'zh' THEN remedy_zh ELSE remedy_en END,
    page, row, published_text, expected, actual, difference
FROM new_finding
QUALIFY row_number() OVER (PARTITION BY audience_id, severity ORDER BY turn, department_name, finding_key) <= $cap
ORDER BY audience_id, list_position($severities, severity), department_name, address, page, row, finding_key
