-- The one place where a night's counts are made: console, status and digests all tell these, and a new document is one for each of them
-- whether it could be read, is a copy of another or not. Counted from what the run left in the warehouse, so that loading a batch again
-- gives the same counts.
SELECT
    (SELECT count(*) FROM pull_attempt WHERE run_key = this_run.run_key) AS sources,
    (SELECT count(*) FROM fact_pull WHERE run_key = this_run.run_key AND outcome = 'new') AS new,
    (SELECT count(*) FROM pull_attempt WHERE run_key = this_run.run_key AND outcome = 'unchanged') AS unchanged,
    (SELECT count(*) FROM fact_pull WHERE run_key = this_run.run_key AND outcome = 'gone') AS gone,
    (SELECT count(*) FROM fact_pull WHERE run_key = this_run.run_key AND outcome IN ('failed', 'blocked')) AS failed,
    (
        SELECT count(*) FROM dim_document SEMI JOIN unreadable_document USING (document_key) WHERE run_key = this_run.run_key
    ) AS unreadable,
    (SELECT count(*) FROM dim_document WHERE run_key = this_run.run_key AND outcome = 'duplicate') AS duplicates,
    (SELECT count(*) FROM quarantine WHERE run_key = this_run.run_key) AS quarantined
FROM this_run
