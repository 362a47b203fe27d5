-- What was found in a document stands as long as the document does: a version in force, the content that it repeats, or the
-- newest version that could not be read. Once newer code could read it, it is no longer unreadable. What is withdrawn, or says
-- that it is another department's, has findings of the warehouse only, which have no subject in it. What a finance bureau excuses does
-- not stand before the exemption is over.
WITH in_force AS (
    SELECT version.document_key, coalesce(version.duplicate_of_key, version.document_key) AS content_key
    FROM dim_document AS version
    ANTI JOIN document_standing AS judged
        ON judged.document_id = version.document_id AND judged.standing IN ('withdrawn', 'moved', 'misplaced')
    WHERE version.is_current
)
SELECT finding.finding_key, coalesce(decided.severity, finding.severity) AS severity
FROM fact_finding AS finding
ANTI JOIN (FROM adjusted_finding WHERE NOT is_expired) AS excused ON excused.finding_key = finding.finding_key
LEFT JOIN (
    SELECT finding_key, arg_max(adjustment_value, adjustment_no) AS severity
    FROM adjusted_finding
    WHERE adjustment_kind = 'severity'
    GROUP BY finding_key
) AS decided ON decided.finding_key = finding.finding_key
LEFT JOIN dim_document AS version ON version.document_key = finding.document_key
LEFT JOIN unreadable_document ON unreadable_document.document_key = finding.document_key
WHERE finding.document_key IS NULL
    OR (
        finding.subject_no IS NULL AND version.is_current
        OR finding.document_key IN (SELECT document_key FROM in_force UNION ALL SELECT content_key FROM in_force)
        OR unreadable_document.document_key IS NOT NULL
    )
    AND (finding.rule NOT IN ('unreadable-document', 'incomplete-document') OR version.error_code IS NOT NULL)
