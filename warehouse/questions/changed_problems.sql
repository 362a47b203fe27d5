-- The problems to which something happened in the runs after that of `$earlier` up to that of `$later`, and the last of it.
SELECT
    latest.event AS change, issue.severity, issue.rule, department.department_name, issue.fiscal_year, issue.stage,
    coalesce(latest.message_zh, issue.message_zh) AS message_zh
FROM (
    SELECT event.fingerprint, max_by(struct_pack(event := event.event, message_zh := event.message_zh), (run.started_at, event.happened_at)) AS latest
    FROM issue_event AS event
    JOIN load_run AS run ON run.run_key = event.run_key
    WHERE run.started_at > $earlier::TIMESTAMP AND run.started_at <= $later::TIMESTAMP AND event.person IS NULL
    GROUP BY event.fingerprint
)
JOIN quality_issue AS issue USING (fingerprint)
JOIN dim_department AS department ON department.department_id = issue.department_id AND department.is_current
ORDER BY list_position(['critical', 'warning', 'info'], issue.severity), change, department.department_id, issue.fiscal_year, issue.rule
