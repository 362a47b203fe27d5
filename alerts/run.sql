-- The night's own figures, for the head of its digests; counted here because load_run gets its counts when the run ends.
SELECT
    started_at,
    (SELECT count(*) FROM dim_document WHERE run_key = $run_key AND outcome = 'read'),
    (SELECT count(*) FROM dim_document WHERE run_key = $run_key AND outcome = 'failed'),
    (SELECT count(*) FROM quarantine WHERE run_key = $run_key)
FROM load_run
WHERE run_key = $run_key
