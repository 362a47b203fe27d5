-- who: congress
-- zh: 哪些项目在三个以上年度都有预算，共多少？
-- en: Which projects had a budget in three years or more, and how much in all?
SELECT
    max_by(department_name, fiscal_year) AS department_name, project_standard_name, min(fiscal_year) AS first_year,
    max(fiscal_year) AS last_year, count(*) AS years, sum(budget_yuan) AS budget_yuan
FROM project_year
WHERE budget_yuan IS NOT NULL
GROUP BY project_key, project_standard_name
HAVING count(*) >= 3
ORDER BY budget_yuan DESC, project_standard_name
