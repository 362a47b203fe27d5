-- The last two nights that asked sources and succeeded, newest first: whether one is missing, and whether it read what the one before did.
SELECT
    run_id, started_at, coalesce(document_new_count, 0) + coalesce(document_unchanged_count, 0) AS documents,
    pull_failed_count AS failed
FROM load_run
WHERE status = 'succeeded' AND source_count IS NOT NULL
ORDER BY started_at DESC
LIMIT 2
