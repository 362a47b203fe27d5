-- Two patterns of a source may meet the same file: it was asked for once. What did not change, and of which nothing is to be told, is
-- not a row of its own where its source has several: `fact_pull_unchanged` has it.
SELECT
    this_run.run_key, pulled.* EXCLUDE (document_no, status, stated_department, source_address), pulled.status AS http_status, version.document_key
FROM staged_pulled AS pulled
ANTI JOIN staged_unchanged AS unchanged
    ON unchanged.department_id = pulled.department_id AND unchanged.source_address = pulled.source_address
    AND unchanged.address = pulled.address
CROSS JOIN this_run
LEFT JOIN (
    SELECT document_id, document_key, sha256
    FROM dim_document
    SEMI JOIN staged_pulled AS pulled ON pulled.address = dim_document.document_id
    QUALIFY version_no = max(version_no) OVER (PARTITION BY document_id)
) AS version ON version.document_id = pulled.address
QUALIFY row_number() OVER (PARTITION BY pulled.department_id, pulled.address ORDER BY pulled.document_no) = 1
