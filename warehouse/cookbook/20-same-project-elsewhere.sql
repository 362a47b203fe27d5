-- who: auditor
-- zh: 哪些同名项目在同一年由三个以上部门列支？
-- en: Which projects do three or more departments pay for in one year?
SELECT
    project_standard_name, fiscal_year, count(DISTINCT department_id) AS departments, sum(amount_yuan) AS amount_yuan,
    string_agg(DISTINCT department_name, '、' ORDER BY department_name) AS who
FROM project
WHERE stage = 'budget'
GROUP BY project_standard_name, fiscal_year
HAVING count(DISTINCT department_id) >= 3
ORDER BY amount_yuan DESC, project_standard_name
