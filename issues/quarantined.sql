-- The rows in quarantine of documents in force, each once.
SELECT
    rejected.document_key, rejected.subject, rejected.subject_no, version.sha256, department.department_name, version.file_name,
    rejected.page, rejected.row, rejected.label, json_extract_string(rejected.record, '$.amount') AS amount, rejected.reasons,
    rejected.published_text, rejected.record
FROM quarantine AS rejected
JOIN dim_document AS version ON version.document_key = rejected.document_key
JOIN dim_department AS department ON department.department_id = version.department_id AND department.is_current
WHERE rejected.document_key IN (
    SELECT coalesce(duplicate_of_key, document_key) FROM dim_document WHERE is_current
)
ORDER BY department.department_name, version.file_name, rejected.page, rejected.row, rejected.subject, rejected.subject_no
