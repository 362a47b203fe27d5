-- Only where somebody may still want to read it: not what was taken down, or moved, and no text that is an attachment to what lies beside
-- it, in its archive or folder or on its page, or a notice that something was corrected. That is one of which all tables that it speaks of
-- (the words of its finding) are in documents of its department, year and stage there (`expectations.attachments`). What took the place of
-- a document is none, nor is a page of the site that came for a file.
WITH newest AS (
    SELECT * FROM dim_document QUALIFY outcome = 'failed' AND version_no = max(version_no) OVER (PARTITION BY document_id)
),
text AS (
    SELECT
        newest.*, told.words, regexp_replace(newest.document_id, '[^/]*$', '') AS folder,
        CASE WHEN contains(newest.document_id, '#/') THEN split_part(newest.document_id, '#/', 1) END AS archive,
        (SELECT any_value(pull.page_address) FROM fact_pull AS pull WHERE pull.document_key = newest.document_key) AS page_address,
        newest.document_key IN (SELECT document_key FROM fact_rule_outcome WHERE rule = 'silently-replaced' AND passed > 0) AS is_notice
    FROM newest
    JOIN fact_finding AS told ON told.document_key = newest.document_key AND told.rule = 'unreadable-document'
    WHERE newest.error_code = 'no-known-table' AND newest.document_id NOT IN (
        SELECT document_id FROM dim_document WHERE outcome <> 'failed'    -- it took the place of a document
    )
),
near AS (
    SELECT text.document_key, other.document_key AS near_key
    FROM text
    JOIN dim_document AS other ON other.department_id = text.department_id AND split_part(other.document_id, '#/', 1) = text.archive
    UNION
    SELECT text.document_key, other.document_key
    FROM text
    JOIN dim_document AS other ON other.department_id = text.department_id AND (
        text.is_notice OR (text.format <> 'html' AND regexp_replace(other.document_id, '[^/]*$', '') = text.folder))
    UNION
    SELECT text.document_key, pull.document_key
    FROM text
    JOIN fact_pull AS pull ON pull.department_id = text.department_id AND pull.page_address = text.page_address
    WHERE text.format <> 'html'
),
beside AS (
    SELECT text.document_key, text.words, list(DISTINCT own.table_kind) AS kinds
    FROM text
    JOIN near ON near.document_key = text.document_key
    JOIN dim_document AS other ON other.document_key = near.near_key AND other.is_current
        AND coalesce(other.fiscal_year = text.fiscal_year, true) AND coalesce(other.stage = text.stage, true)
        AND coalesce(
            contains(other.published_department_name, text.published_department_name)
            OR contains(text.published_department_name, other.published_department_name), true)
    ANTI JOIN document_standing AS judged ON judged.document_id = other.document_id AND judged.standing IN ('withdrawn', 'moved', 'misplaced')
    JOIN fact_published_table AS own ON own.document_key = coalesce(other.duplicate_of_key, other.document_key)
    GROUP BY text.document_key, text.words
),
attachment AS (
    SELECT document_key
    FROM beside
    WHERE coalesce(list_bool_and([coalesce(list_has_any(string_split(word.read_as, '|'), kinds), false) FOR word IN words]), true)
)
SELECT
    newest.document_key, newest.document_id AS address, newest.department_id, newest.fiscal_year, newest.stage, newest.error_code,
    newest.error_message
FROM newest
ANTI JOIN document_standing AS judged ON judged.document_id = newest.document_id AND judged.standing IN ('withdrawn', 'moved')
ANTI JOIN attachment ON attachment.document_key = newest.document_key
