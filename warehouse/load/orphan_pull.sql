SELECT pulled.address, 'the department ' || pulled.department_id || ' was never in the catalogue' AS problem
FROM staged_pulled AS pulled
ANTI JOIN dim_department AS department ON department.department_id = pulled.department_id
UNION ALL
SELECT pulled.address, 'its document ' || pulled.document_no || ' is not in the batch' AS problem
FROM staged_pulled AS pulled
ANTI JOIN staged_document AS document ON document.document_no = pulled.document_no
WHERE pulled.document_no IS NOT NULL
UNION ALL
SELECT coalesce(version.document_id, rereading.document_key::VARCHAR) AS address, 'what was read again is not its bytes' AS problem
FROM staged_rereading AS rereading
LEFT JOIN dim_document AS version ON version.document_key = rereading.document_key
LEFT JOIN staged_document AS document ON document.document_no = rereading.document_no
WHERE version.document_key IS NULL OR document.sha256 IS DISTINCT FROM version.sha256
UNION ALL
-- Documents are numbered in their batch and known by their bytes: what was read must be what was fetched from this address.
SELECT
    pulled.address,
    'its document ' || pulled.document_no || ' was read from other bytes (SHA-256 ' || document.sha256 || ', fetched: '
        || coalesce(pulled.sha256, 'none') || '); please report it' AS problem
FROM staged_pulled AS pulled
JOIN staged_document AS document ON document.document_no = pulled.document_no
WHERE document.sha256 IS DISTINCT FROM pulled.sha256
