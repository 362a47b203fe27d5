-- Documents in force.
SELECT document_key, department_id, department_name, fiscal_year, stage, file_name, format, page_count, version_no, standing, pulled_at
FROM document
WHERE $chosen
ORDER BY fiscal_year DESC NULLS LAST, stage, department_name, file_name, document_key
