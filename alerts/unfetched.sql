-- Each audience's files that this run could not fetch, unless the night before could not either: that was told already. A run that
-- did not end told nothing of what it could not fetch. A site that lets only browsers in is one line, and none where it did so before.
WITH failed AS (
    SELECT
        pull.*, department.department_name, department.audience_id,
        CASE WHEN pull.outcome = 'blocked' THEN regexp_extract(pull.address, '^\w+://[^/]+') ELSE pull.address END AS lost
    FROM fact_pull AS pull
    JOIN dim_department AS department ON department.department_id = pull.department_id AND department.is_current
    WHERE pull.run_key = $run_key AND pull.outcome IN ('failed', 'blocked') AND department.audience_id IS NOT NULL
), before AS (
    SELECT department_id, address, arg_max(outcome, started_at) AS outcome
    FROM pull_attempt
    SEMI JOIN failed USING (department_id, address)
    JOIN load_run USING (run_key)
    WHERE run_key <> $run_key AND (status = 'succeeded' OR outcome NOT IN ('failed', 'blocked'))
    GROUP BY ALL
), untold AS (
    SELECT failed.*
    FROM failed
    LEFT JOIN before ON before.department_id = failed.department_id AND before.address = failed.address
    WINDOW loss AS (PARTITION BY audience_id, lost, CASE WHEN lost = failed.address THEN failed.department_id END)
    QUALIFY NOT bool_or(coalesce(before.outcome IN ('failed', 'blocked'), false)) OVER loss
        AND row_number() OVER (loss ORDER BY department_name, failed.address) = 1
)
SELECT audience_id, count(*) OVER (PARTITION BY audience_id) AS total, department_name, coalesce(file_name, publication_title), address, outcome, http_status, message
FROM untold
QUALIFY row_number() OVER (PARTITION BY audience_id ORDER BY department_name, address) <= $cap
ORDER BY audience_id, department_name, address
