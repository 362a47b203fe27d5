-- All versions of these contents: they are read together, because the facts stand under one of them.
SELECT document_key, sha256, document_id AS address, file_name
FROM dim_document
WHERE list_contains($contents::VARCHAR[], sha256)
ORDER BY list_position($contents::VARCHAR[], sha256), outcome <> 'read', document_key
