-- The problems as they stand with the decisions that no night has merged yet.
SELECT
    left(issue.fingerprint, 8) AS id, issue.severity, life.state, department.department_name AS department, issue.fiscal_year AS year,
    issue.rule, issue.label, (life.first_seen_at AT TIME ZONE 'UTC' AT TIME ZONE 'Asia/Shanghai')::DATE AS since, life.assignee,
    life.muted_until
FROM quality_issue AS issue
JOIN life ON life.fingerprint = issue.fingerprint
JOIN dim_department AS department ON department.department_id = issue.department_id AND department.is_current
WHERE coalesce(life.state = $state, $everything OR life.state <> 'resolved')
    AND coalesce(issue.severity = $severity, true) AND coalesce(issue.rule = $rule, true) AND ($assignee IS NULL OR life.assignee = $assignee)
    AND coalesce(issue.department_id = $department, true)
ORDER BY list_position(['critical', 'warning', 'info'], issue.severity), since, department, id
