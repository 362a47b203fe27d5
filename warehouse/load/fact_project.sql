SELECT
    loaded.document_key,
    surrogate_key([loaded.department_id, naming.project_standard_name]) AS project_key,
    coalesce(project.project_code, naming.project_code) AS project_code, naming.carryover_mark, naming.year_from, naming.year_to,
    project.* EXCLUDE (document_no, project_code)
FROM staged_project AS project
JOIN loaded ON loaded.document_no = project.document_no
JOIN staged_naming AS naming ON naming.project_name = project.project_name
