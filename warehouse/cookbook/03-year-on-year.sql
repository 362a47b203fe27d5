-- who: congress
-- zh: 各部门 2024 年的项目支出比 2023 年增减多少？
-- en: How did the projects of each department change from 2023 to 2024?
-- note: 两年的合计都可以直接使用时才能比较。 / Compare only where both sums can be used.
SELECT
    current.department_name, previous.project_sum_yuan AS sum_2023_yuan, current.project_sum_yuan AS sum_2024_yuan,
    current.project_sum_yuan - previous.project_sum_yuan AS change_yuan,
    round(100 * (current.project_sum_yuan / previous.project_sum_yuan - 1), 1) AS change_percent,
    current.is_project_sum_complete AND previous.is_project_sum_complete AS is_comparable
FROM department_year AS current
JOIN department_year AS previous USING (department_id, stage)
WHERE current.fiscal_year = 2024 AND previous.fiscal_year = 2023 AND stage = 'budget' AND current.project_sum_yuan IS NOT NULL
    AND previous.project_sum_yuan IS NOT NULL
ORDER BY change_yuan DESC
