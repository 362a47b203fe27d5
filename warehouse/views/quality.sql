-- A later version of a file may show the same problem again: what was found in the newest stands for it.
SELECT
    finding.finding_key, finding.fingerprint, finding.rule, standing_finding.severity, issue.state, finding.department_id,
    department.department_name, department.region_code, region.region_name, issue.audience_id, finding.fiscal_year, finding.stage,
    finding.subject, finding.subject_no, finding.label, finding.message_zh, finding.message_en, finding.remedy_zh, finding.remedy_en, finding.expected,
    finding.actual, finding.difference, finding.published_text, finding.document_key, version.document_id AS address,
    version.file_name, finding.page, finding.row, finding.box, issue.first_seen_at, issue.last_seen_at,
    finding.rule IN (<maintainers_rules>) AS is_for_maintainers
FROM fact_finding AS finding
JOIN standing_finding ON standing_finding.finding_key = finding.finding_key
JOIN quality_issue AS issue ON issue.fingerprint = finding.fingerprint
JOIN dim_department AS department ON department.department_id = finding.department_id AND department.is_current
LEFT JOIN dim_region AS region ON region.region_code = department.region_code
LEFT JOIN dim_document AS version ON version.document_key = finding.document_key
WHERE issue.state <> 'resolved'
QUALIFY rank() OVER (PARTITION BY finding.fingerprint, version.document_id ORDER BY version.version_no DESC) = 1
