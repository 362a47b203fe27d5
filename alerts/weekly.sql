-- How the problems of each department stood at the ends of some weeks (days before the last night), and what happened in the last of them.
WITH heard AS (
    SELECT issue.fingerprint, issue.rule, issue.audience_id, issue.severity, issue.opened_run_key, department.department_name
    FROM quality_issue AS issue
    JOIN dim_department AS department ON department.department_id = issue.department_id AND department.is_current
    JOIN dim_audience AS audience ON audience.audience_id = issue.audience_id
    WHERE NOT list_contains($ours, issue.rule)
        AND list_position($severities, issue.severity) <= list_position($severities, audience.severity)
),
last_night AS (
    SELECT arg_max(run_key, started_at) AS run_key, max(started_at) AS started_at FROM load_run WHERE status = 'succeeded'
),
week AS (
    SELECT unnest($ends::INTEGER[]) AS days
),
state AS (
    SELECT week.days, heard.fingerprint, arg_max(event.event, (event.happened_at, event.event_id)) AS event
    FROM week
    CROSS JOIN last_night
    JOIN issue_event AS event ON event.happened_at <= last_night.started_at - to_days(week.days)
    JOIN heard ON heard.fingerprint = event.fingerprint
    WHERE says_how_it_stands(event.event)
    GROUP BY ALL
),
standing AS (
    SELECT heard.audience_id, heard.department_name, state.days, count(*) AS open_count,
        count(*) FILTER (heard.severity = 'critical') AS critical_count,
        max(date_diff('day', opening.started_at, last_night.started_at)) AS oldest_days
    FROM state
    JOIN heard ON heard.fingerprint = state.fingerprint
    CROSS JOIN last_night
    JOIN load_run AS opening ON opening.run_key = heard.opened_run_key
    WHERE NOT is_ending(state.event)
    GROUP BY ALL
),
happened AS (    -- what is new and what is overdue, as the nights told it (news.sql)
    SELECT
        heard.audience_id, heard.department_name,
        count(*) FILTER (event.event IN ('opened', 'reopened') AND heard.rule <> 'not-published') AS opened_count,
        count(*) FILTER (event.event = 'corrected') AS corrected_count,
        count(*) FILTER (is_ending(event.event) AND event.event <> 'corrected') AS ended_count,
        count(DISTINCT event.fingerprint) FILTER (
            event.event IN ('overdue', 'unmuted') OR event.event IN ('opened', 'reopened') AND heard.rule = 'not-published'
        ) AS overdue_count
    FROM issue_event AS event
    JOIN heard ON heard.fingerprint = event.fingerprint
    CROSS JOIN last_night
    WHERE event.happened_at > last_night.started_at - INTERVAL 7 DAY
    GROUP BY ALL
),
department AS (
    SELECT audience_id, department_name FROM standing WHERE days <= 7
    UNION
    SELECT audience_id, department_name FROM happened
)
SELECT
    department.audience_id, department.department_name,
    list_transform($ends::INTEGER[], lambda days: coalesce(map_extract(counts.by_end, days)[1], 0)) AS open_counts,
    coalesce(today.critical_count, 0) AS critical_count, today.oldest_days, coalesce(happened.opened_count, 0) AS opened_count,
    coalesce(happened.corrected_count, 0) AS corrected_count, coalesce(happened.ended_count, 0) AS ended_count,
    coalesce(happened.overdue_count, 0) AS overdue_count
FROM department
LEFT JOIN (
    SELECT audience_id, department_name, map_from_entries(list((days, open_count))) AS by_end FROM standing GROUP BY ALL
) AS counts ON counts.audience_id = department.audience_id AND counts.department_name = department.department_name
LEFT JOIN standing AS today
    ON today.audience_id = department.audience_id AND today.department_name = department.department_name AND today.days = 0
LEFT JOIN happened ON happened.audience_id = department.audience_id AND happened.department_name = department.department_name
ORDER BY department.audience_id, critical_count DESC, open_counts[-1] DESC, department.department_name
