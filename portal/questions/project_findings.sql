-- The problems of one project; another one of the document may have its name.
SELECT
    severity, rule, fingerprint, CASE $lang WHEN 'en' THEN message_en ELSE message_zh END AS message, document_key, page, row, box,
    $finding_table AS table_no
FROM quality
WHERE document_key = $document AND subject = 'project' AND subject_no = $project
ORDER BY list_position(['critical', 'warning', 'info'], severity), rule, finding_key
