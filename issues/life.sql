-- The state of each problem, out of its events: what a night said last decides whether it stands, what people decided since it was
-- opened how it is dealt with.
WITH ended AS (
    SELECT
        fingerprint,
        arg_max(event, happened_at) FILTER (says_how_it_stands(event)) AS said,
        max(happened_at) FILTER (event IN ('opened', 'reopened')) AS opened_at,
        arg_max(run_key, happened_at) FILTER (event IN ('opened', 'reopened')) AS opened_run_key,
        arg_max(event, happened_at) FILTER (event IN ('opened', 'reopened')) AS opened_as,
        min(happened_at) FILTER (event = 'opened') AS first_seen_at,
        arg_min(run_key, happened_at) FILTER (event = 'opened') AS first_seen_run_key,
        max(happened_at) FILTER (is_ending(event)) AS ended_at
    FROM event
    GROUP BY fingerprint
)
SELECT
    ended.fingerprint,
    CASE
        WHEN is_ending(ended.said) THEN 'resolved'
        WHEN coalesce(bool_or(event.event = 'acknowledged'), false) THEN 'acknowledged'
        WHEN ended.opened_as = 'reopened' THEN 'reopened'
        ELSE 'open'
    END AS state,
    ended.first_seen_at, ended.first_seen_run_key, ended.opened_run_key,
    CASE WHEN is_ending(ended.said) THEN ended.ended_at END AS resolved_at,
    CASE WHEN ended.said = 'corrected' THEN 'mended' WHEN is_ending(ended.said) THEN ended.said END AS closed_as,
    arg_max(event.assignee, event.happened_at) FILTER (event.event = 'assigned') AS assignee,
    arg_max(event.muted_until, event.happened_at) FILTER (event.event = 'muted') AS muted_until
FROM ended
LEFT JOIN event ON event.fingerprint = ended.fingerprint AND event.happened_at >= ended.opened_at
GROUP BY ended.fingerprint, ended.said, ended.opened_at, ended.opened_run_key, ended.opened_as, ended.first_seen_at, ended.first_seen_run_key,
    ended.ended_at
