-- As of a day: those with valid_from before its end and no valid_to before it. What two files published twice stands here twice.
SELECT
    version.document_id AS address, version.version_no, version.valid_from, version.valid_to, version.is_current, version.department_id,
    department.department_name, version.fiscal_year, version.stage, project.project_no, project.project_key, project.project_name,
    project.unit_name, project.amount_yuan, project.page, project.row
FROM dim_document AS version
JOIN dim_department AS department ON department.department_key = version.department_key
JOIN fact_project AS project ON project.document_key = coalesce(version.duplicate_of_key, version.document_key)
WHERE version.outcome <> 'failed'
