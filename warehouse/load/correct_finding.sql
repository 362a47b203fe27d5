-- A finding is told under its document's year and stage, so it is another problem in another year: the old one is resolved.
UPDATE fact_finding AS finding
SET fiscal_year = moved.fiscal_year, stage = moved.stage, fingerprint = moved.fingerprint,
    finding_key = surrogate_key([
        moved.fingerprint, finding.document_key::VARCHAR, finding.subject, finding.subject_no::VARCHAR, finding.finding_no::VARCHAR
    ])
FROM (
    SELECT
        known.finding_key, corrected.fiscal_year, corrected.stage,
        fingerprint(
            known.rule, known.department_id, corrected.fiscal_year, corrected.stage,
            CASE WHEN known.subject_no IS NULL THEN known.label ELSE lasting_name(known.subject, known.label, version.document_id) END
        ) AS fingerprint
    FROM fact_finding AS known
    JOIN corrected ON corrected.document_key = known.document_key
    JOIN dim_document AS version ON version.document_key = known.document_key
) AS moved
WHERE moved.finding_key = finding.finding_key
