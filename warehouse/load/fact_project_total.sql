SELECT loaded.document_key, total.* EXCLUDE (document_no)
FROM staged_total AS total
JOIN loaded ON loaded.document_no = total.document_no
