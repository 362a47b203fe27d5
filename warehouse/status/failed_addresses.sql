-- The addresses that gave nothing when they were asked last.
SELECT address
FROM fact_pull
JOIN load_run USING (run_key)
GROUP BY address
HAVING arg_max(outcome, (started_at, pulled_at)) NOT IN ('new', 'unchanged', 'gone')
ORDER BY address
