-- A document whose facts are kept was tried all the same: when it is tried next depends on it.
UPDATE dim_document AS version
SET reader_fingerprint = tried.reader_fingerprint, reading_limits = tried.reading_limits, last_read_at = tried.started_at,
    passing_failure_count = tried.passing_failure_count
FROM (SELECT * FROM arrived CROSS JOIN (SELECT started_at, reader_fingerprint, reading_limits FROM this_run) WHERE is_kept) AS tried
WHERE tried.document_key = version.document_key
