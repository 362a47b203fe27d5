SELECT loaded.document_key, this_run.run_key, rejected.* EXCLUDE (document_no)
FROM staged_quarantine AS rejected
JOIN loaded ON loaded.document_no = rejected.document_no
CROSS JOIN this_run
