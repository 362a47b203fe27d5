-- An audience's findings whose issue this run saw first, at most $cap of each severity. When there are more, departments
-- take turns, so that one department with a thousand does not hide the others.
WITH new_finding AS (
    SELECT
        finding.*, department.department_name, document.file_name, document.document_id AS address,
        row_number() OVER (
            PARTITION BY finding.severity, finding.department_id ORDER BY address, finding.page, finding.row, finding.finding_key
        ) AS turn
    FROM fact_finding AS finding
    JOIN quality_issue AS issue USING (fingerprint)
    JOIN dim_department AS department ON department.department_id = finding.department_id AND department.is_current
    LEFT JOIN dim_document AS document ON document.document_key = finding.document_key
    WHERE finding.run_key = $run_key
        AND issue.first_seen_run_key = $run_key
        AND department.audience_id = $audience_id
        AND list_contains($severities, finding.severity)
)
SELECT
    severity,
    count(*) OVER (PARTITION BY severity) AS total,
    department_name,
    coalesce(file_name, address),
    coalesce(address, ''),
    CASE $language WHEN 'zh' THEN message_zh ELSE message_en END,
    CASE $language WHEN 'zh' THEN remedy_zh ELSE remedy_en END,
    page, row, published_text, expected, actual, difference
FROM new_finding
QUALIFY row_number() OVER (PARTITION BY severity ORDER BY turn, department_name, finding_key) <= $cap
ORDER BY list_position($severities, severity), department_name, address, page, row, finding_key
