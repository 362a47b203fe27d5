-- What a run found first, the worst first.
SELECT
    finding.severity, finding.rule, department.department_name AS department,
    CASE $language WHEN 'zh' THEN finding.message_zh ELSE finding.message_en END AS message,
    finding.fiscal_year AS year, version.file_name AS document, finding.page, finding.row, version.sha256, finding.department_id
FROM fact_finding AS finding
LEFT JOIN dim_department AS department ON department.department_id = finding.department_id AND department.is_current
LEFT JOIN dim_document AS version ON version.document_key = finding.document_key
WHERE finding.run_key = $run_key
    AND (finding.rule <> 'unreadable-document' OR finding.document_key IN (SELECT document_key FROM unreadable_document))
ORDER BY list_position(['critical', 'warning', 'info'], finding.severity), finding.rule, department, document, finding.page, finding.row
