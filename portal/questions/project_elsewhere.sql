-- Projects of the same standard name of other departments.
SELECT document_key, project_no, department_id, department_name, fiscal_year, stage, project_name, amount_yuan, page, row, box, table_no
FROM project
WHERE project_standard_name = $name AND department_id <> $own_department
ORDER BY fiscal_year DESC NULLS LAST, amount_yuan DESC NULLS LAST, document_key, project_no
LIMIT 50
