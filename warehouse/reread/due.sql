-- What a night reads again by itself: what a person let out of quarantine; what failed, or has rows in quarantine or unread cells, once another program may read it better, and
-- what failed in passing, once it has waited; archives too, whose documents another program may find. What was replaced tonight is not.
SELECT sha256, NOT is_stale AND NOT is_released AND nights_to_wait > 0 AS is_waiting
FROM archived_content
WHERE is_standing AND (is_stale AND (is_wanting OR is_archive) OR failure_count > 0 OR is_released) AND NOT list_has_any(addresses, $replaced::VARCHAR[])
ORDER BY NOT is_archive, last_read_at NULLS FIRST, sha256
