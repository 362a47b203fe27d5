-- A new name or region starts a new version; the same department as yesterday gives no row.
SELECT
    staged.department_id, coalesce(known.version_no, 0) + 1 AS version_no, staged.department_name,
    staged.region_code, staged.audience_id, this_run.started_at AS valid_from, NULL AS valid_to, true AS is_current
FROM staged_department AS staged
CROSS JOIN this_run
LEFT JOIN dim_department AS known ON known.department_id = staged.department_id AND known.is_current
WHERE known.department_key IS NULL
    OR (known.department_name, known.region_code) IS DISTINCT FROM (staged.department_name, staged.region_code)
