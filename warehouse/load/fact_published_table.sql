SELECT loaded.document_key, published.* EXCLUDE (document_no)
FROM staged_table AS published
JOIN loaded ON loaded.document_no = published.document_no
