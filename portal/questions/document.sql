-- One version of a document, whether it is in force or not.
SELECT
    version.document_key, version.document_id AS address, version.version_no, version.is_current, version.outcome, version.error_code,
    version.error_message, version.sha256, version.file_name, version.format, version.page_count, version.fiscal_year, version.stage,
    version.byte_count, version.pulled_at, version.department_id, department.department_name, standing.standing, standing.stated_body,
    coalesce(version.duplicate_of_key, version.document_key) AS facts_key
FROM dim_document AS version
LEFT JOIN dim_department AS department ON department.department_key = version.department_key
LEFT JOIN document_standing AS standing ON standing.document_id = version.document_id
WHERE version.document_key = $document
