-- A run by its id, or the last one of a night by its day.
SELECT run_id, started_at::VARCHAR
FROM load_run
WHERE run_id = $name OR as_of_date = TRY_CAST($name AS DATE)
ORDER BY started_at DESC
LIMIT 1
