-- The problems of a document.
SELECT
    severity, rule, fingerprint, CASE $lang WHEN 'en' THEN message_en ELSE message_zh END AS message, document_key, page, row, box,
    $finding_table AS table_no
FROM quality
WHERE document_key = $document
ORDER BY list_position(['critical', 'warning', 'info'], severity), page NULLS FIRST, row NULLS FIRST, rule, finding_key
