-- Who has published what is due, who was late and who has not.
SELECT department_id, department_name, region_name, fiscal_year, stage, due_date, status, document_key, address
FROM coverage
WHERE $chosen AND ($status IS NULL OR status = $status)
ORDER BY fiscal_year DESC, stage, region_name, department_name, department_id
