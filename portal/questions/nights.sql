-- The last runs.
SELECT
    run_id, started_at, finished_at, round(epoch(finished_at - started_at), 1) AS seconds, status, source_count, document_new_count,
    document_failed_count, pull_failed_count, fact_row_count, quarantined_row_count, finding_count
FROM load_run
ORDER BY started_at DESC, run_id
