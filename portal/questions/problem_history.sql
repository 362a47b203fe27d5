-- All that happened to one problem, the oldest first; times are those of China.
SELECT
    happened_at AT TIME ZONE 'UTC' AT TIME ZONE 'Asia/Shanghai' AS happened_at, event, person, assignee, muted_until, event_note, severity,
    CASE $lang WHEN 'en' THEN message_en ELSE message_zh END AS message
FROM issue_event
WHERE fingerprint = $fingerprint
ORDER BY issue_event.happened_at, event_id
