-- What the catalogue says otherwise than before starts a new version; the same department as yesterday gives no row.
SELECT
    period.department_id,
    coalesce(newest.version_no, 0) + row_number() OVER (PARTITION BY period.department_id ORDER BY period.first_year NULLS FIRST) AS version_no,
    period.department_name, period.region_code, period.first_year, period.last_year,
    coalesce(staged.lasting_department_id, staged.department_id) AS lasting_department_id, staged.audience_id,
    this_run.started_at AS valid_from, NULL AS valid_to, period.is_current
FROM department_period AS period
JOIN staged_department AS staged ON staged.department_id = period.department_id
CROSS JOIN this_run
LEFT JOIN (SELECT department_id, max(version_no) AS version_no FROM dim_department GROUP BY department_id) AS newest
    ON newest.department_id = period.department_id
ANTI JOIN dim_department AS known
    ON known.department_id = period.department_id AND known.valid_to IS NULL
    AND (known.department_name, known.region_code, known.first_year, known.last_year, known.is_current)
        IS NOT DISTINCT FROM (period.department_name, period.region_code, period.first_year, period.last_year, period.is_current)
