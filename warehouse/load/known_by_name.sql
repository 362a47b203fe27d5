-- The findings about whole documents whose fingerprint was made of the file's name, with that of its address.
SELECT
    finding.finding_key, finding.fingerprint AS by_name,
    fingerprint(
        finding.rule, finding.department_id, finding.fiscal_year, finding.stage,
        lasting_name(finding.subject, finding.label, version.document_id)
    ) AS by_address
FROM fact_finding AS finding
JOIN dim_document AS version ON version.document_key = finding.document_key
WHERE finding.subject = 'document' AND finding.subject_no IS NOT NULL AND by_name <> by_address
