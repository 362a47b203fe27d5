-- A project through the years, by a part of its name.
SELECT
    department_name, project_standard_name, fiscal_year, budget_yuan, previous_budget_yuan, change_yuan, final_yuan, deviation_yuan,
    project_count
FROM project_year
WHERE contains(project_standard_name, $name) OR project_key IN (SELECT project_key FROM project WHERE contains(project_name, $name))
ORDER BY department_id, project_standard_name, fiscal_year
