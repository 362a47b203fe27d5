SELECT address, sha256, etag, last_modified
FROM staged_pulled
WHERE outcome IN ('new', 'unchanged') AND sha256 IS NOT NULL AND coalesce(etag, last_modified) IS NOT NULL
QUALIFY row_number() OVER (PARTITION BY address ORDER BY pulled_at DESC) = 1
