-- All versions of the document at an address.
SELECT document_key, version_no, is_current, outcome, valid_from, valid_to, byte_count, sha256
FROM dim_document
WHERE document_id = $address
ORDER BY version_no DESC
