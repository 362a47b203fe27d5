-- Who owes what, by region, year and stage.
SELECT
    coalesce(region_name, region_code) AS region, fiscal_year, stage, due_count AS due, published_count AS published, late_count AS late,
    unreadable_count AS unreadable, not_due_count AS not_due_yet, missing_count AS missing, who_is_missing, who_was_late
FROM region_coverage
ORDER BY ALL
