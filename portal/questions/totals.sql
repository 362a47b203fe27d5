-- The budget or final accounts of each department and year, and why a row is not complete.
SELECT
    department_id, department_name, region_name, fiscal_year, stage, is_complete, (
        SELECT string_agg(CASE $lang WHEN 'en' THEN reason.reason_en ELSE reason.reason_zh END, '; ' ORDER BY reason.reason)
        FROM incomplete_reason AS reason
        WHERE reason.department_id = department_year.department_id AND reason.fiscal_year IS NOT DISTINCT FROM department_year.fiscal_year
            AND reason.stage IS NOT DISTINCT FROM department_year.stage
    ) AS incomplete_reasons, income_yuan, expenditure_yuan, basic_expenditure_yuan, project_expenditure_yuan, project_count, project_sum_yuan
FROM department_year
WHERE $chosen
ORDER BY fiscal_year DESC NULLS LAST, stage, department_name, department_id
