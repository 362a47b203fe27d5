-- A week of runs, newest first, and how each ended.
SELECT run_id, started_at, status
FROM load_run
ORDER BY started_at DESC
LIMIT 7
