-- The documents that a run loaded, and what came of each.
SELECT
    version.outcome, department.department_name AS department, version.department_id, version.fiscal_year AS year, version.stage,
    version.file_name AS document, version.sha256, version.format, version.error_code AS error, version.error_message AS message
FROM dim_document AS version
LEFT JOIN dim_department AS department ON department.department_id = version.department_id AND department.is_current
WHERE version.run_key = $run_key
ORDER BY department, document, version.sha256
