-- One project.
SELECT *
FROM project
WHERE document_key = $document AND project_no = $project
