-- Who owes what, by region, year and stage. Late is what the list page dates after its due date; a file that no list page dates is
-- never called late, because the day on which it was first fetched says nothing of the day on which it was published.
WITH dated AS (
    SELECT address, min(published_date) AS published_date FROM fact_pull GROUP BY address
)
SELECT
    coalesce(duty.region_name, duty.region_code) AS region, duty.fiscal_year, duty.stage, count(*) AS due,
    count(*) FILTER (duty.status = 'published') AS published,
    count(*) FILTER (duty.status = 'published' AND dated.published_date > duty.due_date) AS late,
    count(*) FILTER (duty.status = 'unreadable') AS unreadable,
    count(*) FILTER (duty.status = 'not_due') AS not_due_yet,
    count(*) FILTER (duty.status = 'not_published') AS missing,
    string_agg(duty.department_name, '、' ORDER BY duty.department_name) FILTER (duty.status = 'not_published') AS who_is_missing,
    string_agg(duty.department_name, '、' ORDER BY duty.department_name)
        FILTER (duty.status = 'published' AND dated.published_date > duty.due_date) AS who_was_late
FROM coverage AS duty
LEFT JOIN dated ON dated.address = duty.address
GROUP BY ALL
ORDER BY ALL
