-- What a version replaces and how long it holds is known when all versions are there: see order_versions.sql.
SELECT
    arrived.*, NULL AS supersedes_key, false AS is_current, NULL AS valid_from, NULL AS valid_to, this_run.code_version,
    this_run.reader_fingerprint, this_run.reading_limits, this_run.started_at AS last_read_at
FROM arrived
CROSS JOIN this_run
WHERE NOT arrived.is_kept
