-- The name that each document in force states, and whose source it comes from.
SELECT version.document_key, version.published_department_name, department.region_code, version.fiscal_year, version.department_id
FROM dim_document AS version
JOIN dim_department AS department ON department.department_id = version.department_id AND department.is_current
WHERE version.is_current AND version.outcome = 'read' AND version.published_department_name IS NOT NULL
ORDER BY ALL
