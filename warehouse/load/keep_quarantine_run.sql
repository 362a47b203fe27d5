UPDATE quarantine AS rejected
SET run_key = found_before.run_key
FROM found_before
WHERE found_before.finding_key IS NULL AND found_before.document_key = rejected.document_key
    AND found_before.subject = rejected.subject AND found_before.subject_no = rejected.subject_no
