-- What a person asks to have read again.
SELECT sha256
FROM archived_content
WHERE (is_standing OR $everything)
    AND (is_stale OR failure_count > 0 OR $everything OR $wanting OR $quarantined)
    AND (is_quarantined OR NOT $quarantined)
    AND (is_wanting OR NOT $wanting)
    AND coalesce(pulled_at >= $since, true)
    AND (list_has_any(departments, $departments::VARCHAR[]) OR len($departments::VARCHAR[]) = 0)
ORDER BY pulled_at, sha256
