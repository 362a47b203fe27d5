-- who: congress
-- zh: 各部门公布的收入、支出、基本支出和项目支出，项目支出占多大比例？
-- en: Income, expenditure, basic and project expenditure as published, and the share of projects
-- note: 空白即没有公布，或公布得不能确定。 / Blank: not published, or not beyond doubt.
SELECT
    department_name, fiscal_year, stage, income_yuan, expenditure_yuan, basic_expenditure_yuan, project_expenditure_yuan,
    round(100 * project_expenditure_yuan / expenditure_yuan, 1) AS project_percent
FROM department_year
WHERE expenditure_yuan IS NOT NULL
ORDER BY fiscal_year, department_name
