-- A key is worked out once for all the lines of an account.
WITH account AS (
    SELECT account_code, surrogate_key([account_code]) AS account_key
    FROM (SELECT DISTINCT account_code FROM staged_line WHERE account_code IS NOT NULL)
)
SELECT
    loaded.document_key, published.table_kind, account.account_key, line.* EXCLUDE (document_no, account_code)
FROM staged_line AS line
JOIN loaded ON loaded.document_no = line.document_no
JOIN staged_table AS published ON published.document_no = line.document_no AND published.table_no = line.table_no
LEFT JOIN account ON account.account_code = line.account_code
