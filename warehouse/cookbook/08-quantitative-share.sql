-- who: finance
-- zh: 各部门 2024 年的绩效指标有多少是定量的？
-- en: How many of the performance targets of 2024 are quantitative?
SELECT
    department_name, count(*) AS targets, count(*) FILTER (kind = 'quantitative') AS quantitative,
    round(100 * avg((kind = 'quantitative')::INTEGER), 1) AS percent
FROM indicator
WHERE fiscal_year = 2024 AND stage = 'budget'
GROUP BY department_name
ORDER BY percent, department_name
