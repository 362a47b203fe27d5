-- What one problem is about: as it was found last, in its document's newest version.
WITH finding AS (
    SELECT found.*
    FROM fact_finding AS found
    JOIN load_run AS run ON run.run_key = found.run_key
    WHERE found.fingerprint = $fingerprint
    ORDER BY run.started_at DESC, found.finding_no
    LIMIT 1
)
SELECT
    issue.fingerprint, issue.rule, issue.severity, issue.state, issue.closed_as, issue.department_id, department.department_name,
    issue.fiscal_year, issue.stage, issue.label, issue.assignee, issue.muted_until,
    issue.first_seen_at, issue.last_seen_at,
    CASE $lang WHEN 'en' THEN coalesce(finding.message_en, issue.message_en) ELSE coalesce(finding.message_zh, issue.message_zh) END AS message,
    CASE $lang WHEN 'en' THEN finding.remedy_en ELSE finding.remedy_zh END AS remedy,
    finding.expected, finding.actual, finding.difference, finding.published_text, version.file_name, version.sha256, finding.document_key, finding.page,
    finding.row, finding.box
FROM quality_issue AS issue
JOIN dim_department AS department ON department.department_id = issue.department_id AND department.is_current
LEFT JOIN finding ON finding.fingerprint = issue.fingerprint
LEFT JOIN dim_document AS version ON version.document_key = finding.document_key
WHERE issue.fingerprint = $fingerprint
