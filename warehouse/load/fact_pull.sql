-- Two patterns of a source may meet the same file: it was asked for once.
SELECT
    this_run.run_key, pulled.* EXCLUDE (document_no, status), pulled.status AS http_status, version.document_key
FROM staged_pulled AS pulled
CROSS JOIN this_run
LEFT JOIN (
    SELECT document_id, document_key, sha256 FROM dim_document
    QUALIFY version_no = max(version_no) OVER (PARTITION BY document_id)
) AS version ON version.document_id = pulled.address
QUALIFY row_number() OVER (PARTITION BY pulled.department_id, pulled.address ORDER BY pulled.document_no) = 1
