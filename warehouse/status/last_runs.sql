SELECT
    run_id, status, source_count AS sources, document_new_count AS new, document_failed_count AS unreadable,
    document_unchanged_count AS unchanged, pull_failed_count AS failed, fact_row_count AS "rows",
    quarantined_row_count AS quarantined, finding_count AS findings
FROM load_run
ORDER BY started_at DESC
LIMIT 5
