-- Every problem as it stands, or stood last.
SELECT
    life.*,
    coalesce(problem.rule, known.rule) AS rule, coalesce(problem.severity, known.severity) AS severity,
    coalesce(problem.department_id, known.department_id) AS department_id,
    CASE WHEN problem.fingerprint IS NULL THEN known.fiscal_year ELSE problem.fiscal_year END AS fiscal_year,
    CASE WHEN problem.fingerprint IS NULL THEN known.stage ELSE problem.stage END AS stage,
    coalesce(problem.label, known.label) AS label, coalesce(problem.message_zh, known.message_zh) AS message_zh,
    coalesce(problem.message_en, known.message_en) AS message_en,
    CASE WHEN problem.fingerprint IS NULL THEN known.audience_id ELSE problem.audience_id END AS audience_id,
    CASE WHEN problem.fingerprint IS NULL THEN known.last_seen_run_key ELSE this_run.run_key END AS last_seen_run_key,
    CASE WHEN problem.fingerprint IS NULL THEN known.last_seen_at ELSE this_run.started_at END AS last_seen_at
FROM life
CROSS JOIN this_run
LEFT JOIN problem ON problem.fingerprint = life.fingerprint
LEFT JOIN quality_issue AS known ON known.fingerprint = life.fingerprint
