-- What the departments of each region state in all.
SELECT
    region_name, fiscal_year, stage, department_count, incomplete_count,
    array_to_string(CASE $lang WHEN 'en' THEN incomplete_reasons ELSE incomplete_reasons_zh END, '; ') AS incomplete_reasons,
    income_yuan, income_count, expenditure_yuan, expenditure_count, basic_expenditure_yuan, basic_expenditure_count,
    project_expenditure_yuan, project_expenditure_count, project_count, project_sum_yuan
FROM (SELECT *, NULL::VARCHAR AS department_id, NULL::VARCHAR AS department_name FROM region_year WHERE region_code IS NOT NULL)
WHERE $chosen
ORDER BY fiscal_year DESC NULLS LAST, stage, region_name, region_code
