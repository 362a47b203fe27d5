-- Addresses that were asked lately, by their last answers: the night counts that asked, not the one that did not. However many runs a
-- night takes, killed ones and those by hand, it is one night, and one answer is enough.
WITH night AS (
    SELECT run.run_key, run.as_of_date, run.as_of_date > this_run.as_of_date - getvariable('days') AS is_lately
    FROM load_run AS run
    CROSS JOIN this_run
),
lately AS (    -- an address that the catalogue no longer has is asked no more
    SELECT
        pull.address, any_value(pull.department_id) AS department_id, bool_and(pull.outcome IN ('failed', 'blocked')) AS is_failed,
        night.as_of_date
    FROM pull_attempt AS pull
    JOIN night ON night.run_key = pull.run_key AND night.is_lately
    GROUP BY pull.address, night.as_of_date
),
-- Most are told by these nights; all that were ever asked would have to be looked through for the others.
seldom AS (
    SELECT address FROM lately GROUP BY address HAVING count(*) < getvariable('nights')
),
answer AS (
    SELECT *, row_number() OVER (PARTITION BY address ORDER BY as_of_date DESC) AS place
    FROM (
        FROM lately
        UNION ALL
        SELECT
            pull.address, any_value(pull.department_id), bool_and(pull.outcome IN ('failed', 'blocked')), night.as_of_date
        FROM pull_attempt AS pull
        JOIN night ON night.run_key = pull.run_key AND NOT night.is_lately
        SEMI JOIN seldom ON seldom.address = pull.address
        GROUP BY pull.address, night.as_of_date
    )
),
judged AS (
    SELECT
        address, any_value(department_id) AS department_id, count(*) AS night_count, bool_and(is_failed) AS is_failing,
        min(as_of_date) AS first_date
    FROM answer
    WHERE place <= getvariable('nights')
    GROUP BY address
),
last_answer AS (
    SELECT address, arg_max(outcome, pulled_at) AS outcome, arg_max(coalesce(http_status, 0), pulled_at) AS http_status
    FROM fact_pull
    WHERE outcome IN ('failed', 'blocked')
    GROUP BY address
)
SELECT
    CASE WHEN judged.night_count < getvariable('nights') THEN 'not_applicable' WHEN is_failing THEN 'fail' ELSE 'pass' END AS status,
    CASE WHEN judged.night_count < getvariable('nights') THEN 'asked-too-seldom' END AS reason,
    judged.department_id, NULL AS fiscal_year, NULL AS stage, NULL AS document_key, 'document' AS subject, judged.address AS label,
    NULL AS expected, NULL AS actual, NULL AS published_text, NULL AS page, NULL AS row, judged.night_count, judged.first_date,
    CASE WHEN last_answer.outcome = 'blocked' THEN '网站只允许浏览器访问'
         WHEN last_answer.http_status >= 400 THEN '网站返回错误 ' || last_answer.http_status
         WHEN last_answer.http_status > 0 THEN '网站有应答，但没有取得完整的文件'
         WHEN NOT contains(judged.address, '://') THEN '没有读到' ELSE '网站没有正常应答' END AS answer_zh,
    CASE WHEN last_answer.outcome = 'blocked' THEN 'the site lets only browsers in'
         WHEN last_answer.http_status >= 400 THEN 'the site answered ' || last_answer.http_status
         WHEN last_answer.http_status > 0 THEN 'the site answers, but not with the whole file'
         WHEN NOT contains(judged.address, '://') THEN 'it could not be read' ELSE 'no proper answer from the site' END
        AS answer_en
FROM judged
LEFT JOIN last_answer ON last_answer.address = judged.address
