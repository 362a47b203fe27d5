-- The versions that could be read of the files whose address or name holds a text, with the facts' key: the same bytes are loaded once.
SELECT
    version.document_id, version.version_no, coalesce(version.duplicate_of_key, version.document_key),
    coalesce(earlier.duplicate_of_key, earlier.document_key), earlier.version_no
FROM dim_document AS version
LEFT JOIN dim_document AS earlier ON earlier.document_key = version.supersedes_key
WHERE contains(version.document_id, $address) AND version.outcome <> 'failed' AND coalesce(version.version_no = $version_no, version.is_current)
    AND (version.document_id = $address OR $address NOT IN (SELECT document_id FROM dim_document))
ORDER BY version.document_id
