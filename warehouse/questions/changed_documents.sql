-- The documents that were not after the run of `$later` what they were after that of `$earlier`, with the keys of both versions' facts. A
-- version is in force from the run that loaded it. Of one that was read again, what was read before is not kept.
WITH loaded AS (
    SELECT
        version.document_id, version.version_no, coalesce(version.duplicate_of_key, version.document_key) AS facts_key, version.department_id,
        version.fiscal_year, version.stage, version.last_read_at, run.started_at
    FROM dim_document AS version
    JOIN load_run AS run ON run.run_key = version.run_key
    WHERE version.outcome <> 'failed' AND run.started_at <= $later::TIMESTAMP
),
in_force AS (
    SELECT
        document_id, max_by(loaded, version_no) AS new, max_by(loaded, version_no) FILTER (started_at <= $earlier::TIMESTAMP) AS old
    FROM loaded
    GROUP BY document_id
),
asked AS (    -- of what was not there once in between, the last answers
    SELECT
        attempt.address, max_by(attempt.outcome, run.started_at) AS after,
        max_by(attempt.outcome, run.started_at) FILTER (run.started_at <= $earlier::TIMESTAMP) AS before
    FROM pull_attempt AS attempt
    JOIN load_run AS run ON run.run_key = attempt.run_key
    WHERE run.started_at <= $later::TIMESTAMP AND attempt.address IN (
        SELECT address FROM fact_pull JOIN load_run USING (run_key)
        WHERE outcome = 'gone' AND started_at > $earlier::TIMESTAMP AND started_at <= $later::TIMESTAMP
    )
    GROUP BY attempt.address
),
changed AS (
    SELECT
        in_force.document_id, new, old,
        CASE
            WHEN asked.after = 'gone' AND asked.before IS DISTINCT FROM 'gone' THEN 'taken down'
            WHEN old IS NULL THEN 'new'
            WHEN new.version_no <> old.version_no THEN 'replaced'
            WHEN new.last_read_at > $earlier::TIMESTAMP AND new.last_read_at <= $later::TIMESTAMP THEN 'read again'
        END AS change
    FROM in_force
    LEFT JOIN asked ON asked.address = in_force.document_id
)
SELECT
    changed.document_id AS address, changed.change, department.department_name, new.fiscal_year, new.stage, old.version_no AS version_before,
    new.version_no AS version_after,
    CASE WHEN change IN ('new', 'replaced') OR new.version_no <> old.version_no THEN new.facts_key END AS new_key, old.facts_key AS old_key
FROM changed
JOIN dim_department AS department ON department.department_id = new.department_id AND department.is_current
WHERE change IS NOT NULL
ORDER BY list_position(['taken down', 'replaced', 'new', 'read again'], change), department.department_id, new.fiscal_year, address
