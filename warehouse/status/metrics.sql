-- A number a row: what it is, of what (a label and its value, if it has one), and how much. Explained in metrics.py.
WITH last AS (
    SELECT * FROM load_run WHERE status = 'succeeded' AND source_count IS NOT NULL ORDER BY started_at DESC LIMIT 1
)
SELECT 'last_night_timestamp_seconds' AS metric, NULL AS label, NULL AS labelled, epoch(started_at) AS value FROM last
UNION ALL
SELECT 'last_night_sources', NULL, NULL, source_count FROM last
UNION ALL
SELECT 'last_night_documents', 'outcome', outcome, documents
FROM (
    SELECT document_new_count AS new, document_unchanged_count AS unchanged, document_gone_count AS gone, pull_failed_count AS failed,
        document_failed_count AS unreadable
    FROM last
) UNPIVOT (documents FOR outcome IN (new, unchanged, gone, failed, unreadable))
UNION ALL
SELECT 'last_night_step_seconds', 'step', step, seconds FROM run_step SEMI JOIN last USING (run_key)
UNION ALL
SELECT 'runs', 'status', status, count(*) FROM load_run GROUP BY status
UNION ALL
SELECT 'open_issues', 'severity', severity, count(*) FROM quality_issue WHERE state <> 'resolved' GROUP BY severity
UNION ALL
SELECT 'quarantined_rows', NULL, NULL, count(*) FROM quarantine
