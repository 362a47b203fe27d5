-- All that happened to one problem; times are those of China.
SELECT
    strftime(happened_at AT TIME ZONE 'UTC' AT TIME ZONE 'Asia/Shanghai', '%Y-%m-%d %H:%M') AS at, event, coalesce(person, 'night') AS by,
    concat_ws('; ', 'to ' || assignee, 'until ' || muted_until::VARCHAR, event_note, message_zh) AS what
FROM event
WHERE fingerprint = $fingerprint
ORDER BY happened_at, event_id
