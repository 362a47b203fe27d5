-- who: finance
-- zh: 各部门 2024 年的项目资金来自哪里？
-- en: Where does the money of the projects of 2024 come from?
SELECT
    department_name, sum(amount_yuan) AS amount_yuan, sum(fiscal_appropriation_yuan) AS fiscal_appropriation_yuan,
    sum(special_account_yuan) AS special_account_yuan, sum(carryover_yuan) AS carryover_yuan, sum(other_yuan) AS other_yuan,
    sum(amount_yuan) - sum(coalesce(fiscal_appropriation_yuan, 0) + coalesce(special_account_yuan, 0) + coalesce(carryover_yuan, 0)
        + coalesce(other_yuan, 0)) AS rest_yuan
FROM project
WHERE fiscal_year = 2024 AND stage = 'budget'
GROUP BY department_name
ORDER BY amount_yuan DESC
