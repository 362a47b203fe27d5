-- An audience's files that this run could not fetch, unless the night before could not either: that was told already.
SELECT count(*) OVER () AS total, department.department_name, pull.address, pull.message
FROM fact_pull AS pull
JOIN dim_department AS department ON department.department_id = pull.department_id AND department.is_current
LEFT JOIN (
    SELECT department_id, address, arg_max(outcome, started_at) AS outcome
    FROM fact_pull JOIN load_run USING (run_key) WHERE run_key <> $run_key GROUP BY ALL
) AS before ON before.department_id = pull.department_id AND before.address = pull.address
WHERE pull.run_key = $run_key
    AND pull.outcome = 'failed'
    AND before.outcome IS DISTINCT FROM 'failed'
    AND department.audience_id = $audience_id
ORDER BY department.department_name, pull.address
LIMIT $cap
