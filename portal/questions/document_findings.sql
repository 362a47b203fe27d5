-- The problems of a document.
SELECT
    severity, rule, CASE $lang WHEN 'en' THEN message_en ELSE message_zh END AS message, document_key, page, row, box,
    CASE
        WHEN subject = 'table' THEN subject_no
        WHEN subject = 'project' THEN (
            SELECT project.table_no
            FROM fact_project AS project
            WHERE project.document_key = quality.document_key AND project.project_no = quality.subject_no
                AND project.page IS NOT DISTINCT FROM quality.page AND project.row = quality.row
        )
    END AS table_no
FROM quality
WHERE document_key = $document
ORDER BY list_position(['critical', 'warning', 'info'], severity), page NULLS FIRST, row NULLS FIRST, rule, finding_key
