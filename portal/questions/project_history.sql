-- A project of the same name through the years.
SELECT fiscal_year, project_count, budget_yuan, previous_budget_yuan, change_yuan, final_yuan, deviation_yuan
FROM project_year
WHERE project_key = $project_key
ORDER BY fiscal_year
