-- An audience's files that this run could not fetch, unless the night before could not either: that was told already. A run that
-- did not end told nothing of what it could not fetch. A site that lets only browsers in is one line, and none where it did so before.
WITH lost AS (
    SELECT
        department.department_name, pull.address, pull.message, pull.department_id,
        CASE WHEN pull.outcome = 'blocked' THEN regexp_extract(pull.address, '^\w+://[^/]+') ELSE pull.address END AS lost,
        coalesce(before.outcome IN ('failed', 'blocked'), false) AS is_told
    FROM fact_pull AS pull
    JOIN dim_department AS department ON department.department_id = pull.department_id AND department.is_current
    LEFT JOIN (
        SELECT department_id, address, arg_max(outcome, started_at) AS outcome
        FROM pull_attempt JOIN load_run USING (run_key)
        WHERE run_key <> $run_key AND (status = 'succeeded' OR outcome NOT IN ('failed', 'blocked'))
        GROUP BY ALL
    ) AS before ON before.department_id = pull.department_id AND before.address = pull.address
    WHERE pull.run_key = $run_key AND pull.outcome IN ('failed', 'blocked') AND department.audience_id = $audience_id
), untold AS (
    FROM lost
    QUALIFY NOT bool_or(is_told) OVER (PARTITION BY lost, CASE WHEN lost = address THEN department_id END)
        AND row_number() OVER (PARTITION BY lost, CASE WHEN lost = address THEN department_id END ORDER BY department_name, address) = 1
)
SELECT count(*) OVER () AS total, department_name, address, message
FROM untold
ORDER BY department_name, address
LIMIT $cap
