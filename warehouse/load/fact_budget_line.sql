SELECT
    loaded.document_key, loaded.department_key, published.table_kind,
    CASE WHEN line.account_code IS NOT NULL THEN surrogate_key([line.account_code]) END AS account_key,
    line.* EXCLUDE (document_no, account_code)
FROM staged_line AS line
JOIN loaded ON loaded.document_no = line.document_no
JOIN staged_table AS published ON published.document_no = line.document_no AND published.table_no = line.table_no
