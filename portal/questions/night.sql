-- The night that published this copy.
SELECT run_id, started_at, as_of_date FROM load_run ORDER BY started_at DESC LIMIT 1
