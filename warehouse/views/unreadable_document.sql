-- Only where somebody may still want to read it: not what was taken down, or moved.
SELECT
    newest.document_key, newest.document_id AS address, newest.department_id, newest.fiscal_year, newest.stage, newest.error_code,
    newest.error_message
FROM (
    SELECT * FROM dim_document QUALIFY outcome = 'failed' AND version_no = max(version_no) OVER (PARTITION BY document_id)
) AS newest
ANTI JOIN document_standing AS judged ON judged.document_id = newest.document_id AND judged.standing IN ('withdrawn', 'moved')
