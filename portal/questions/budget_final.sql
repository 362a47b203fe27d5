-- Budget and final accounts of the same year.
SELECT department_id, department_name, region_name, fiscal_year, figure, budget_yuan, final_yuan, deviation_yuan, execution_rate
FROM (SELECT *, NULL AS stage FROM budget_final)
WHERE $chosen
ORDER BY fiscal_year DESC, department_name, department_id, figure
