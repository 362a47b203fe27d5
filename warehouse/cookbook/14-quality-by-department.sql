-- who: finance
-- zh: 各部门还有多少未解决的问题？
-- en: How many problems of each department stand?
SELECT
    department_name, count(*) FILTER (severity = 'critical') AS critical, count(*) FILTER (severity = 'warning') AS warnings,
    count(*) FILTER (severity = 'info') AS remarks, string_agg(DISTINCT rule, ', ' ORDER BY rule) FILTER (severity = 'critical') AS critical_rules
FROM quality
GROUP BY department_name
ORDER BY critical DESC, warnings DESC, department_name
