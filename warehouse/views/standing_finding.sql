-- What was found in a document stands as long as the document does: a version in force, the content that it repeats, or the
-- newest version that could not be read. Once newer code could read it, it is no longer unreadable. What is withdrawn, or says
-- that it is another department's, has findings of the warehouse only, which have no subject in it.
WITH in_force AS (
    SELECT version.document_key, coalesce(version.duplicate_of_key, version.document_key) AS content_key
    FROM dim_document AS version
    ANTI JOIN document_standing AS judged
        ON judged.document_id = version.document_id AND judged.standing IN ('withdrawn', 'moved', 'misplaced')
    WHERE version.is_current
)
SELECT finding.finding_key
FROM fact_finding AS finding
LEFT JOIN dim_document AS version ON version.document_key = finding.document_key
LEFT JOIN unreadable_document ON unreadable_document.document_key = finding.document_key
WHERE finding.document_key IS NULL
    OR (
        finding.subject_no IS NULL AND version.is_current
        OR finding.document_key IN (SELECT document_key FROM in_force UNION ALL SELECT content_key FROM in_force)
        OR unreadable_document.document_key IS NOT NULL
    )
    AND (finding.rule NOT IN ('unreadable-document', 'incomplete-document') OR version.error_code IS NOT NULL)
