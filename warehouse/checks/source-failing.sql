-- Addresses that were asked tonight, by their last answers: the night counts that asked, not the one that did not. However many runs a
-- night takes, killed ones and those by hand, it is one night, and one answer is enough.
WITH answer AS (
    SELECT
        pull.address, any_value(pull.department_id) AS department_id, bool_and(pull.outcome IN ('failed', 'blocked')) AS is_failed,
        run.as_of_date, row_number() OVER (PARTITION BY pull.address ORDER BY run.as_of_date DESC) AS place
    FROM pull_attempt AS pull
    JOIN load_run AS run ON run.run_key = pull.run_key
    GROUP BY pull.address, run.as_of_date
),
asked AS (
    SELECT address FROM pull_attempt SEMI JOIN this_run ON this_run.run_key = pull_attempt.run_key
),
judged AS (
    SELECT
        address, any_value(department_id) AS department_id, count(*) AS night_count, bool_and(is_failed) AS is_failing,
        min(as_of_date) AS first_date
    FROM answer
    SEMI JOIN asked ON asked.address = answer.address
    WHERE place <= getvariable('nights')
    GROUP BY address
),
last_message AS (
    SELECT address, arg_max(message, pulled_at) AS message FROM fact_pull WHERE outcome IN ('failed', 'blocked') GROUP BY address
)
SELECT
    CASE WHEN judged.night_count < getvariable('nights') THEN 'not_applicable' WHEN is_failing THEN 'fail' ELSE 'pass' END AS status,
    CASE WHEN judged.night_count < getvariable('nights') THEN 'asked-too-seldom' END AS reason,
    judged.department_id, NULL AS fiscal_year, NULL AS stage, NULL AS document_key, 'document' AS subject, judged.address AS label,
    NULL AS expected, NULL AS actual, NULL AS published_text, NULL AS page, NULL AS row, judged.night_count, judged.first_date,
    coalesce(last_message.message, '—') AS answer
FROM judged
LEFT JOIN last_message ON last_message.address = judged.address
