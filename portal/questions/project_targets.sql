-- The targets of one project.
SELECT document_key, project_no, level1, level2, indicator_name, target_text, kind, page, row, box, (
        SELECT place.table_no
        FROM fact_project AS place
        WHERE place.document_key = indicator.document_key AND place.project_no = indicator.project_no
    ) AS table_no
FROM indicator
WHERE document_key = $document AND project_no = $project
ORDER BY indicator_no
