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
    department.department_name AS department, issue.fiscal_year AS "year", issue.rule, issue.severity, issue.state, issue.closed_as,
    version.file_name AS file, version.document_id AS address, finding.page, finding.row, issue.label,
    coalesce(finding.message_zh, issue.message_zh) AS says, replace(finding.published_text, chr(9), ' ｜ ') AS published,
    finding.expected, finding.actual, finding.difference, finding.remedy_zh AS how_to_mend_it
FROM quality_issue AS issue
JOIN dim_department AS department ON department.department_id = issue.department_id AND department.is_current
LEFT JOIN finding ON finding.fingerprint = issue.fingerprint
LEFT JOIN dim_document AS version ON version.document_key = finding.document_key
WHERE issue.fingerprint = $fingerprint
