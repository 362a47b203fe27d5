-- The tables of a document.
SELECT document_key, table_no, table_kind, title, unit, page_first AS page, page_last, is_empty, note
FROM fact_published_table
WHERE document_key = $document
ORDER BY table_no
