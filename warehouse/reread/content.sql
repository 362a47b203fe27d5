-- Each content in the archive with what decides whether it is read again: versions with the same bytes are read together. It stands
-- if a version in force has it, or the newest version of an address that could not be read. A document that failed for want of time,
-- memory or its original waits 1, 2, 4 … nights in which its address was asked, tonight's included, at most 64.
CREATE OR REPLACE TEMP TABLE archived_content AS
WITH night AS (
    SELECT version.document_key, count(DISTINCT pull.run_key) AS night_count
    FROM dim_document AS version
    JOIN pull_attempt AS pull ON pull.address = version.document_id
    JOIN load_run AS run ON run.run_key = pull.run_key AND run.started_at > version.last_read_at
    WHERE version.passing_failure_count > 0
    GROUP BY version.document_key
),
version AS (
    SELECT
        version.*, version_no = max(version_no) OVER (PARTITION BY document_id) AS is_newest,
        document_key IN (SELECT document_key FROM quarantine) AS is_quarantined,
        document_key IN (SELECT document_key FROM fact_finding WHERE rule = 'unread-cells') AS is_unread,
        document_key IN (
            SELECT rejected.document_key
            FROM quarantine AS rejected
            JOIN dim_document AS holder ON holder.document_key = rejected.document_key
            JOIN quarantine_release AS release
                ON release.sha256 = holder.sha256 AND release.happened_at > holder.last_read_at AND release.subject = rejected.subject
                AND (release.label, release.published_text) IS NOT DISTINCT FROM (rejected.label, rejected.published_text)
        ) AS is_released,
        coalesce(passing_failure_count, 0) AS failure_count, 1 + coalesce(night.night_count, 0) AS night_count
    FROM dim_document AS version
    LEFT JOIN night USING (document_key)
)
SELECT
    sha256,
    bool_or(is_current OR (outcome = 'failed' AND is_newest)) AS is_standing,
    bool_or(outcome = 'failed' OR error_code IS NOT NULL OR is_quarantined OR is_unread OR failure_count > 0) AS is_wanting,
    bool_or(is_released) AS is_released,
    bool_or(is_quarantined) AS is_quarantined,
    bool_or(format = 'zip' AND outcome <> 'failed') AS is_archive,
    bool_or(version.reader_fingerprint IS DISTINCT FROM this_run.reader_fingerprint) AS is_stale,
    max(CASE
        WHEN failure_count = 0 OR version.reading_limits IS DISTINCT FROM this_run.reading_limits OR error_code = 'original-unreadable' THEN 0
        ELSE 2 ** least(failure_count - 1, 6) - night_count
    END) AS nights_to_wait,
    max(failure_count) AS failure_count,
    list(DISTINCT department_id) AS departments,
    list(DISTINCT document_id) AS addresses,
    max(pulled_at) AS pulled_at,
    min(last_read_at) AS last_read_at
FROM version
CROSS JOIN this_run
GROUP BY sha256
