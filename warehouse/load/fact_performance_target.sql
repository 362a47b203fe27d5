SELECT loaded.document_key, project.project_key, indicator.* EXCLUDE (document_no)
FROM staged_indicator AS indicator
JOIN loaded ON loaded.document_no = indicator.document_no
JOIN fact_project AS project ON project.document_key = loaded.document_key AND project.project_no = indicator.project_no
