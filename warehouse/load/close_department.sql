-- What the catalogue no longer says of a department ends; one that is missing altogether may only have a broken entry tonight, and stays.
UPDATE dim_department AS department
SET is_current = false, valid_to = ended.valid_to
FROM (
    SELECT known.department_key, this_run.started_at AS valid_to
    FROM dim_department AS known
    SEMI JOIN staged_department AS staged ON staged.department_id = known.department_id
    ANTI JOIN department_period AS period
        ON period.department_id = known.department_id
        AND (known.department_name, known.region_code, known.first_year, known.last_year, known.is_current)
            IS NOT DISTINCT FROM (period.department_name, period.region_code, period.first_year, period.last_year, period.is_current)
    CROSS JOIN this_run
    WHERE known.valid_to IS NULL
) AS ended
WHERE ended.department_key = department.department_key
