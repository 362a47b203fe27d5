SELECT loaded.document_key, project.project_key, funding.* EXCLUDE (document_no)
FROM staged_funding AS funding
JOIN loaded ON loaded.document_no = funding.document_no
JOIN fact_project AS project ON project.document_key = loaded.document_key AND project.project_no = funding.project_no
