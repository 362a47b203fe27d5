-- What was found in a document stands as long as the document does: a version in force, the content that it repeats, or the
-- newest version that could not be read. Once newer code could read it, it is no longer unreadable.
SELECT finding.finding_key
FROM fact_finding AS finding
LEFT JOIN dim_document AS version ON version.document_key = finding.document_key
LEFT JOIN document ON document.document_key = finding.document_key
LEFT JOIN unreadable_document ON unreadable_document.document_key = finding.document_key
WHERE finding.document_key IS NULL
    OR (version.is_current OR document.document_key IS NOT NULL OR unreadable_document.document_key IS NOT NULL)
    AND (finding.rule <> 'unreadable-document' OR version.error_code IS NOT NULL)
