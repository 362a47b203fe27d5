-- who: auditor
-- zh: 哪些部门公布的合计与项目之和不符，差多少？
-- en: Where does the published total differ from the sum of the projects, and by how much?
SELECT
    department_name, fiscal_year, stage, project_total_yuan, project_sum_yuan, project_total_yuan - project_sum_yuan AS difference_yuan
FROM department_year
WHERE project_total_yuan <> project_sum_yuan
ORDER BY abs(difference_yuan) DESC
