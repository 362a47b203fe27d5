-- who: finance
-- zh: 各部门 2024 年预算的项目支出各是多少，合计能否直接使用？
-- en: What do the projects of each department come to in the budget of 2024, and can the sum be used as it is?
SELECT department_name, project_count, project_sum_yuan, is_project_sum_complete
FROM department_year
WHERE fiscal_year = 2024 AND stage = 'budget'
ORDER BY project_sum_yuan DESC NULLS LAST, department_name
