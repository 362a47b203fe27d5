-- What people decided that nights have merged.
SELECT event_id
FROM issue_event
WHERE person IS NOT NULL
