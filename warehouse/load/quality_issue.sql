-- A problem stands as long as the document in which it was found; one of the rules over the warehouse as long as they find it.
-- These have no subject in a document: a rule may run over both.
WITH standing AS (
    SELECT finding.*
    FROM fact_finding AS finding
    SEMI JOIN standing_finding ON standing_finding.finding_key = finding.finding_key
    ANTI JOIN checked_rule ON checked_rule.rule = finding.rule AND finding.subject_no IS NULL
    UNION ALL
    SELECT finding.*
    FROM fact_finding AS finding
    SEMI JOIN staged_warehouse_finding AS tonight
        ON tonight.rule = finding.rule AND tonight.document_key IS NOT DISTINCT FROM finding.document_key
        AND fingerprint(tonight.rule, tonight.department_id, tonight.fiscal_year, tonight.stage, tonight.label) = finding.fingerprint
),
problem AS (
    SELECT * FROM standing
    QUALIFY row_number() OVER (PARTITION BY fingerprint ORDER BY document_key, subject_no, finding_no) = 1
)
SELECT
    problem.fingerprint, problem.rule, problem.severity, problem.department_id, problem.fiscal_year, problem.stage, problem.label,
    problem.message_zh, problem.message_en, department.audience_id,
    CASE known.state WHEN 'acknowledged' THEN 'acknowledged' ELSE 'open' END AS state,
    coalesce(known.first_seen_run_key, this_run.run_key) AS first_seen_run_key,
    coalesce(known.first_seen_at, this_run.started_at) AS first_seen_at,
    CASE WHEN known.state IN ('open', 'acknowledged') THEN known.opened_run_key ELSE this_run.run_key END AS opened_run_key,
    this_run.run_key AS last_seen_run_key, this_run.started_at AS last_seen_at, NULL AS resolved_at, NULL AS closed_as
FROM problem
CROSS JOIN this_run
JOIN dim_department AS department ON department.department_id = problem.department_id AND department.is_current
LEFT JOIN quality_issue AS known ON known.fingerprint = problem.fingerprint
UNION ALL BY NAME
-- What ended with its documents was not mended: they were taken down, or stand at another address.
SELECT known.* REPLACE (
    'resolved' AS state, this_run.started_at AS resolved_at,
    CASE WHEN known.fingerprint IN (
        SELECT finding.fingerprint
        FROM fact_finding AS finding
        JOIN dim_document AS version ON version.document_key = finding.document_key
        JOIN document_standing AS judged ON judged.document_id = version.document_id AND judged.standing IN ('withdrawn', 'moved')
    ) THEN 'withdrawn' ELSE 'mended' END AS closed_as
)
FROM quality_issue AS known
CROSS JOIN this_run
ANTI JOIN problem ON problem.fingerprint = known.fingerprint
WHERE known.state <> 'resolved'
