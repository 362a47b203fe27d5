-- The budget or final accounts of each department and year, and why a row is not complete.
SELECT
    department_id, department_name, region_name, fiscal_year, stage, is_complete,
    nullif(array_to_string(CASE $lang WHEN 'en' THEN incomplete_reasons ELSE incomplete_reasons_zh END, '; '), '') AS incomplete_reasons,
    income_yuan, expenditure_yuan, basic_expenditure_yuan, project_expenditure_yuan, project_count, project_sum_yuan
FROM department_year
WHERE $chosen
ORDER BY fiscal_year DESC NULLS LAST, stage, department_name, department_id
