-- Late is what the list page dates after its due date; a file that no list page dates is never called late, because the day on which it
-- was first fetched says nothing of the day on which it was published.
WITH dated AS (
    SELECT address, min(published_date) AS published_date FROM fact_pull GROUP BY address
)
SELECT
    duty.region_code, any_value(duty.region_name) AS region_name, duty.fiscal_year, duty.stage, count(*) AS due_count,
    count(*) FILTER (duty.status = 'published') AS published_count,
    count(*) FILTER (duty.status = 'published' AND dated.published_date > duty.due_date) AS late_count,
    count(*) FILTER (duty.status = 'unreadable') AS unreadable_count,
    count(*) FILTER (duty.status = 'not_due') AS not_due_count,
    count(*) FILTER (duty.status = 'not_published') AS missing_count,
    string_agg(duty.department_name, '、' ORDER BY duty.department_name) FILTER (duty.status = 'not_published') AS who_is_missing,
    string_agg(duty.department_name, '、' ORDER BY duty.department_name)
        FILTER (duty.status = 'published' AND dated.published_date > duty.due_date) AS who_was_late
FROM coverage AS duty
LEFT JOIN dated ON dated.address = duty.address
GROUP BY duty.region_code, duty.fiscal_year, duty.stage
