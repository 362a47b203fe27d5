-- All that happened to one problem, the oldest first.
SELECT
    happened_at, event, person,
    coalesce(event_note, CASE $lang WHEN 'en' THEN message_en ELSE message_zh END) AS note, assignee, muted_until
FROM issue_event
WHERE fingerprint = $fingerprint
ORDER BY issue_event.happened_at, event_id
