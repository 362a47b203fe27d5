UPDATE fact_finding AS finding
SET fingerprint = known.by_address,
    finding_key = surrogate_key([
        known.by_address, finding.document_key::VARCHAR, finding.subject, finding.subject_no::VARCHAR, finding.finding_no::VARCHAR
    ])
FROM known_by_name AS known
WHERE known.finding_key = finding.finding_key
