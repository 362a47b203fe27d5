-- The last night that asked sources and succeeded, and the last one before it that read something: whether one is missing, and whether
-- it read what others did. A second night that reads nothing is told like the first.
SELECT
    run_id, started_at, coalesce(document_new_count, 0) + coalesce(document_unchanged_count, 0) AS documents,
    pull_failed_count AS failed
FROM load_run
WHERE status = 'succeeded' AND source_count IS NOT NULL
QUALIFY row_number() OVER (ORDER BY started_at DESC) = 1
    OR row_number() OVER (PARTITION BY documents > 0 ORDER BY started_at DESC) <= 2 AND documents > 0
ORDER BY started_at DESC
LIMIT 2
