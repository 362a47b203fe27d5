-- The one place where a night's counts are made: console, status and digests all tell these, and a new document is one for each of them
-- whether it could be read, is a copy of another or not. Counted from what the run left in the warehouse, so that loading a batch again
-- gives the same counts.
WITH pull AS (
    SELECT
        count(*) AS sources, count(*) FILTER (outcome = 'new') AS new, count(*) FILTER (outcome = 'unchanged') AS unchanged,
        count(*) FILTER (outcome = 'gone') AS gone, count(*) FILTER (outcome IN ('failed', 'blocked')) AS failed
    FROM pull_attempt
    SEMI JOIN this_run USING (run_key)
)
SELECT
    pull.*,
    (SELECT count(*) FROM dim_document SEMI JOIN this_run USING (run_key) SEMI JOIN unreadable_document USING (document_key)) AS unreadable,
    (SELECT count(*) FROM dim_document SEMI JOIN this_run USING (run_key) WHERE outcome = 'duplicate') AS duplicates,
    (SELECT count(*) FROM quarantine SEMI JOIN this_run USING (run_key)) AS quarantined
FROM pull
