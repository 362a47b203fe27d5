-- who: congress
-- zh: “三公”经费占部门支出的千分之几？
-- en: Three public expenses in thousandths of a department's expenditure
SELECT
    department_name, fiscal_year, stage, expenditure_yuan, three_public_yuan,
    round(1000 * three_public_yuan / expenditure_yuan, 2) AS per_mille
FROM department_year
WHERE three_public_yuan IS NOT NULL AND expenditure_yuan > 0
ORDER BY per_mille DESC
