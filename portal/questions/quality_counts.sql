-- How many problems stand, by severity and rule.
SELECT severity, rule, count(*) AS finding_count, count(DISTINCT department_id) AS department_count
FROM quality
WHERE $chosen
GROUP BY severity, rule
ORDER BY list_position(['critical', 'warning', 'info'], severity), finding_count DESC, rule
