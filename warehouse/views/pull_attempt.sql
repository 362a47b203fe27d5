SELECT run_key, department_id, address, outcome, pulled_at FROM fact_pull
UNION ALL
SELECT night.run_key, night.department_id, asked.address, 'unchanged' AS outcome, night.pulled_at
FROM fact_pull_unchanged AS night
JOIN asked_address AS asked ON asked.asked_key = night.asked_key
