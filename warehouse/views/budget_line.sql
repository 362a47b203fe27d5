SELECT
    document.document_key, document.department_id, document.department_name, document.region_code, document.region_name,
    document.fiscal_year, document.stage, line.table_no, line.table_kind, published.title, line.side, line.account_code,
    coalesce(official.account_name, account.account_name) AS account_name,
    line.label, line.column_path, line.amount_yuan, document.address, document.file_name, line.page, line.row, line.box
FROM fact_budget_line AS line
JOIN document ON document.document_key = line.document_key
LEFT JOIN fact_published_table AS published ON published.document_key = line.document_key AND published.table_no = line.table_no
LEFT JOIN dim_account AS account ON account.account_code = line.account_code
LEFT JOIN dim_account_name AS official
    ON official.account_code = line.account_code
    AND document.fiscal_year BETWEEN official.first_year AND coalesce(official.last_year, document.fiscal_year)
