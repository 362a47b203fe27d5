-- The problems of one project; another one of the document may have its name.
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
WHERE document_key = $document AND subject = 'project' AND subject_no = $project
ORDER BY list_position(['critical', 'warning', 'info'], severity), rule, finding_key
