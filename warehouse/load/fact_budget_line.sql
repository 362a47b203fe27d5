SELECT loaded.document_key, published.table_kind, line.* EXCLUDE (document_no)
FROM staged_line AS line
JOIN loaded ON loaded.document_no = line.document_no
JOIN staged_table AS published ON published.document_no = line.document_no AND published.table_no = line.table_no
