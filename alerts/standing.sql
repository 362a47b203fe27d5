-- How many problems of each audience stand, by severity, and how many of them somebody sees to.
SELECT
    issue.audience_id, issue.severity, count(*) AS issues,
    count(*) FILTER (issue.state = 'acknowledged' OR issue.assignee IS NOT NULL) AS seen_to
FROM quality_issue AS issue
JOIN dim_audience AS audience ON audience.audience_id = issue.audience_id
WHERE issue.state <> 'resolved' AND NOT list_contains($ours, issue.rule)
    AND list_position($severities, issue.severity) <= list_position($severities, audience.severity)
GROUP BY issue.audience_id, issue.severity
ORDER BY issue.audience_id, min(list_position($severities, issue.severity))
