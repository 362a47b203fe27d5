-- The targets of one project.
SELECT document_key, project_no, level1, level2, indicator_name, target_text, kind, page, row, box
FROM indicator
WHERE document_key = $document AND project_no = $project
ORDER BY indicator_no
