-- Only versions that could be read hold for a time: the last of them is current, whatever failed after it.
UPDATE dim_document AS version
SET supersedes_key = placed.supersedes_key, valid_from = placed.valid_from, valid_to = placed.valid_to, is_current = placed.is_current
FROM (
    SELECT
        document_key, lag(document_key) OVER in_order AS supersedes_key, pulled_at AS valid_from,
        lead(pulled_at) OVER in_order AS valid_to, lead(document_key) OVER in_order IS NULL AS is_current
    FROM dim_document
    SEMI JOIN arrived ON arrived.document_id = dim_document.document_id
    WHERE outcome <> 'failed'
    WINDOW in_order AS (PARTITION BY document_id ORDER BY version_no)
) AS placed
WHERE placed.document_key = version.document_key
