SELECT this_run.run_key, loaded.document_key, counted.* EXCLUDE (document_no)
FROM staged_outcome_count AS counted
JOIN loaded ON loaded.document_no = counted.document_no
CROSS JOIN this_run
