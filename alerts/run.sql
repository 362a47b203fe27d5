-- The night's own figures, for the head of its digests: those that the console and `yusuan status` tell, too.
SELECT started_at, document_new_count, document_failed_count, quarantined_row_count
FROM load_run
WHERE run_key = $run_key
