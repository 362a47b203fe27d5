-- Who owes what, by region, year and stage.
SELECT
    region_name, fiscal_year, stage, due_count, published_count, late_count, unreadable_count, not_due_count, missing_count, who_is_missing,
    who_was_late
FROM region_coverage
WHERE true
    AND (region_code = $region OR region_name = $region) -- if $region
    AND fiscal_year = $year -- if $year
    AND stage = $stage -- if $stage
ORDER BY fiscal_year DESC, stage, region_name, region_code
