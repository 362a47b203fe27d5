-- The problems that stand, gravest and newest first; dates are days in China.
SELECT
    issue.severity, (issue.first_seen_at AT TIME ZONE 'UTC' AT TIME ZONE 'Asia/Shanghai')::DATE AS since,
    issue.opened_run_key = $run_key AS is_new, department.department_name AS department, issue.fiscal_year AS year, issue.stage, issue.rule,
    issue.message_zh, issue.message_en
FROM quality_issue AS issue
JOIN dim_department AS department ON department.department_id = issue.department_id AND department.is_current
WHERE issue.state <> 'resolved' AND ($departments IS NULL OR list_contains($departments, issue.department_id))
ORDER BY list_position(['critical', 'warning', 'info'], issue.severity), since DESC, department, issue.rule, issue.label
