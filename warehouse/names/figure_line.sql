-- The numbers of the tables that may state a figure of a department's budget, in the order in which they were published.
SELECT
    published.document_key, published.table_no, version.fiscal_year, version.stage, published.table_kind, published.title,
    published.unit, published.is_empty, line.side, account.account_code, line.label, line.column_path, line.amount_yuan,
    line.total_kind, line.page, line.row, line.box
FROM fact_published_table AS published
SEMI JOIN {documents} AS wanted ON wanted.document_key = published.document_key
JOIN dim_document AS version ON version.document_key = published.document_key
LEFT JOIN (FROM fact_budget_line SEMI JOIN {documents} AS wanted USING (document_key)) AS line
    ON line.document_key = published.document_key AND line.table_no = published.table_no
LEFT JOIN dim_account AS account ON account.account_key = line.account_key
WHERE list_contains($1, published.table_kind)
ORDER BY published.document_key, published.table_no, line.line_no
