SELECT document_key, document_id AS address, department_id, fiscal_year, stage, error_code, error_message
FROM dim_document
QUALIFY outcome = 'failed' AND version_no = max(version_no) OVER (PARTITION BY document_id)
