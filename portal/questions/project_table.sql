-- The table that a project stands in.
SELECT table_no
FROM fact_project
WHERE document_key = $document AND project_no = $project
