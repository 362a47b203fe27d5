SELECT DISTINCT loaded.department_id, naming.project_standard_name
FROM staged_project AS project
JOIN loaded ON loaded.document_no = project.document_no
JOIN staged_naming AS naming ON naming.project_name = project.project_name
