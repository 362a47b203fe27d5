-- The issues of a warehouse that kept no events: as if each had been opened once, in the run that saw it first.
WITH shown AS (
    SELECT fingerprint, max_by(finding, finding.finding_key) AS finding FROM fact_finding AS finding GROUP BY fingerprint
)
SELECT
    sha256(natural_id([issue.fingerprint, event.event, 'before'])) AS event_id, issue.fingerprint, event.event, event.happened_at,
    coalesce(event.run_key, issue.last_seen_run_key) AS run_key, issue.severity, shown.finding.expected, shown.finding.actual,
    shown.finding.difference, issue.message_zh, issue.message_en, shown.finding.document_key, shown.finding.subject_no,
    NULL AS person, NULL AS event_note, NULL AS assignee, NULL AS muted_until
FROM quality_issue AS issue
LEFT JOIN shown ON shown.fingerprint = issue.fingerprint
CROSS JOIN LATERAL (VALUES
    ('opened', issue.first_seen_at, issue.first_seen_run_key),
    (CASE WHEN issue.closed_as = 'withdrawn' THEN 'withdrawn' ELSE 'corrected' END, issue.resolved_at, issue.last_seen_run_key)
) AS event(event, happened_at, run_key)
WHERE event.happened_at IS NOT NULL
