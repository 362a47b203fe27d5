-- The problems of the document that speak of one project by its name.
SELECT severity, rule, CASE $lang WHEN 'en' THEN message_en ELSE message_zh END AS message, document_key, page, row, box
FROM quality
WHERE document_key = $document AND subject = 'project' AND label = $name
ORDER BY list_position(['critical', 'warning', 'info'], severity), rule
