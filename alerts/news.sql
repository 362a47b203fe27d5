-- What the run's events are for each audience: what kind of news. Doubts of this program are none for finance.
CREATE OR REPLACE TEMP TABLE news AS
SELECT
    event.*, issue.audience_id, issue.department_id, department.department_name, issue.rule, issue.label, issue.fiscal_year,
    CASE
        WHEN event.event = 'unmuted' OR event.event IN ('opened', 'reopened') AND issue.rule = 'not-published' THEN 'overdue'
        WHEN event.event IN ('opened', 'reopened') THEN 'new'
        WHEN event.event IN ('lapsed', 'withdrawn', 'retracted', 'exempted') THEN 'ended'
        ELSE event.event
    END AS news,
    coalesce(event.severity, issue.severity) AS grade,
    coalesce(event.message_zh, issue.message_zh) AS sentence_zh, coalesce(event.message_en, issue.message_en) AS sentence_en
FROM issue_event AS event
JOIN quality_issue AS issue ON issue.fingerprint = event.fingerprint
JOIN dim_department AS department ON department.department_id = issue.department_id AND department.is_current
JOIN dim_audience AS audience ON audience.audience_id = issue.audience_id
LEFT JOIN dim_document AS version ON version.document_key = event.document_key
WHERE event.run_key = $run_key AND event.person IS NULL
    AND list_position($severities, coalesce(event.severity, issue.severity)) <= list_position($severities, audience.severity)
    -- Who mutes a problem wants no reminder of it; that it is over is told once, then or never.
    AND (coalesce(issue.muted_until <= $today::DATE, true) OR event.event IN ('corrected', 'lapsed', 'withdrawn', 'retracted', 'exempted'))
    AND NOT list_contains($ours, issue.rule)
    AND NOT (issue.rule = 'published-late' AND event.event = 'lapsed')    -- it cannot be mended, and is history
    AND NOT (issue.rule = 'unreadable-document' AND says_nothing_of_document(version.error_code))
-- One that is heard of again and overdue in the same night is told once.
QUALIFY event.event <> 'overdue' OR count(*) FILTER (event.event = 'unmuted') OVER (PARTITION BY event.fingerprint) = 0
