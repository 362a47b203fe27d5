-- What tonight has to say of each problem, against what the nights before said last of it.
WITH said AS (
    SELECT *
    FROM issue_event
    WHERE says_how_it_stands(event)
    QUALIFY row_number() OVER (PARTITION BY fingerprint ORDER BY happened_at DESC, event_id) = 1
),
opened AS (
    SELECT
        problem.fingerprint,
        CASE
            WHEN said.fingerprint IS NULL THEN 'opened'
            WHEN is_ending(said.event) THEN 'reopened'
            WHEN list_position($severities::VARCHAR[], problem.severity) < list_position($severities::VARCHAR[], said.severity)
                OR abs(TRY_CAST(problem.difference AS DECIMAL(38, 2))) > abs(TRY_CAST(said.difference AS DECIMAL(38, 2))) THEN 'worsened'
            WHEN (problem.severity, problem.expected, problem.actual, problem.difference, amounts(problem.message_zh))
                IS DISTINCT FROM (said.severity, said.expected, said.actual, said.difference, amounts(said.message_zh)) THEN 'changed'
        END AS event,
        problem.severity, problem.expected, problem.actual, problem.difference, problem.message_zh, problem.message_en,
        problem.document_key, problem.subject_no
    FROM problem
    LEFT JOIN said ON said.fingerprint = problem.fingerprint
),
-- Rules over the warehouse say nothing of a document that its address did not serve for this one night: that ends nothing.
unasked AS (
    SELECT said.fingerprint
    FROM said
    JOIN dim_document AS version ON version.document_key = said.document_key
    JOIN document_standing AS judged ON judged.document_id = version.document_id AND judged.standing = 'missing'
    ANTI JOIN judged_subject AS tonight ON tonight.fingerprint = said.fingerprint
    WHERE said.subject_no IS NULL
),
ended AS (
    SELECT said.*, known.rule
    FROM said
    JOIN quality_issue AS known ON known.fingerprint = said.fingerprint
    ANTI JOIN problem ON problem.fingerprint = said.fingerprint
    ANTI JOIN unasked ON unasked.fingerprint = said.fingerprint
    WHERE NOT is_ending(said.event)
),
-- What the rule says of the document now: of its newest version, or of the document that took its place.
judged AS (
    SELECT
        ended.fingerprint, ended.document_key IN (newest.document_key, newest.duplicate_of_key) AS is_same_version,
        coalesce(standing.standing, 'in_force') IN ('withdrawn', 'misplaced') AS is_withdrawn,
        now.document_key IS NOT NULL AND coalesce(outcome.passed, 0) = 0 AS is_not_judged
    FROM ended
    JOIN dim_document AS before ON before.document_key = ended.document_key
    LEFT JOIN document_standing AS standing ON standing.document_id = before.document_id
    LEFT JOIN dim_document AS newest ON newest.document_id = coalesce(standing.successor_id, before.document_id) AND newest.is_current
    LEFT JOIN (SELECT DISTINCT document_key FROM fact_rule_outcome) AS now
        ON now.document_key = coalesce(newest.duplicate_of_key, newest.document_key)
    LEFT JOIN (
        SELECT document_key, rule, arg_max(passed, started_at) AS passed
        FROM fact_rule_outcome JOIN load_run USING (run_key)
        GROUP BY document_key, rule
    ) AS outcome ON outcome.document_key = now.document_key AND outcome.rule = ended.rule
    WHERE ended.subject_no IS NOT NULL
    UNION ALL
    -- What a rule over the warehouse says tonight of the same subject; it may judge it no more.
    SELECT
        ended.fingerprint, false AS is_same_version,
        tonight.status IS NULL AND coalesce(standing.standing IN ('withdrawn', 'misplaced', 'moved'), false) AS is_withdrawn,
        tonight.status IS DISTINCT FROM 'pass' AS is_not_judged
    FROM ended
    LEFT JOIN judged_subject AS tonight ON tonight.fingerprint = ended.fingerprint
    LEFT JOIN dim_document AS before ON before.document_key = ended.document_key
    LEFT JOIN document_standing AS standing ON standing.document_id = before.document_id
    WHERE ended.subject_no IS NULL
),
closed AS (
    SELECT
        ended.fingerprint,
        -- A person reads "corrected" as the department's doing: it is said only where the rule passes on what is published now.
        CASE
            WHEN excused.fingerprint IS NOT NULL THEN 'exempted'
            WHEN judged.is_withdrawn THEN 'withdrawn'
            WHEN judged.is_same_version THEN 'retracted'
            WHEN judged.is_not_judged THEN 'lapsed'
            ELSE 'corrected'
        END AS event,
        ended.severity, ended.expected, ended.actual, ended.difference, ended.message_zh, ended.message_en, ended.document_key,
        ended.subject_no
    FROM ended
    LEFT JOIN judged ON judged.fingerprint = ended.fingerprint
    LEFT JOIN (SELECT DISTINCT fingerprint FROM adjusted_finding WHERE NOT is_expired) AS excused ON excused.fingerprint = ended.fingerprint
),
-- Days are counted in China from the night that opened the problem, and told once until it is opened again.
waiting AS (
    SELECT
        problem.fingerprint, known.muted_until IS NOT NULL AND known.muted_until <= $today::DATE AS is_heard_again,
        coalesce(known.muted_until > $today::DATE, false) AS is_muted,
        $today::DATE - (opening.started_at AT TIME ZONE 'UTC' AT TIME ZONE 'Asia/Shanghai')::DATE
            >= ($terms::INTEGER[])[list_position($severities::VARCHAR[], problem.severity)]
            AND NOT list_contains($never::VARCHAR[], problem.rule) AS is_late
    FROM problem
    JOIN quality_issue AS known ON known.fingerprint = problem.fingerprint AND known.state <> 'resolved'
    JOIN load_run AS opening ON opening.run_key = known.opened_run_key
),
reminded AS (
    SELECT
        waiting.fingerprint, event.event, problem.severity, problem.expected, problem.actual, problem.difference, problem.message_zh,
        problem.message_en, problem.document_key, problem.subject_no
    FROM waiting
    JOIN problem ON problem.fingerprint = waiting.fingerprint
    CROSS JOIN (VALUES ('overdue'), ('unmuted')) AS event(event)
    JOIN quality_issue AS known ON known.fingerprint = waiting.fingerprint
    JOIN load_run AS opening ON opening.run_key = known.opened_run_key
    LEFT JOIN (
        SELECT fingerprint, event, max(happened_at) AS happened_at FROM issue_event WHERE event IN ('overdue', 'unmuted') GROUP BY ALL
    ) AS before ON before.fingerprint = waiting.fingerprint AND before.event = event.event
    LEFT JOIN (
        SELECT fingerprint, max(happened_at) AS happened_at FROM issue_event WHERE event = 'muted' GROUP BY ALL
    ) AS muted ON muted.fingerprint = waiting.fingerprint
    WHERE CASE event.event
        WHEN 'overdue' THEN is_late AND NOT is_muted AND coalesce(before.happened_at < opening.started_at, true)
        ELSE is_heard_again AND coalesce(before.happened_at < muted.happened_at, true)
    END
)
SELECT
    sha256(natural_id([fingerprint, event, this_run.run_key::VARCHAR])) AS event_id, this_run.run_key, this_run.started_at AS happened_at,
    NULL AS person, NULL AS event_note, NULL AS assignee, NULL AS muted_until, told.*
FROM (
    FROM opened WHERE event IS NOT NULL
    UNION ALL BY NAME
    FROM closed
    UNION ALL BY NAME
    FROM reminded
) AS told
CROSS JOIN this_run
