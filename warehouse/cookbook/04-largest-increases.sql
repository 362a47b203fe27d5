-- who: journalist
-- zh: 2024 年哪些项目比上年增加最多？
-- en: Which projects grew most in 2024?
-- note: 同一项目一年一行，结转部分已并入；`project_count` 大于一时由几行相加。 / A project once a year, what is carried over included; `project_count` says of how many rows.
SELECT department_name, project_standard_name, previous_budget_yuan, budget_yuan, change_yuan, project_count
FROM project_year
WHERE fiscal_year = 2024 AND change_yuan > 0
ORDER BY change_yuan DESC, project_standard_name
LIMIT 10
