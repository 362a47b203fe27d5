-- The numbers of these tables, in the order in which they were published; amounts as text, which is handed over in a fifth of the time.
SELECT
    line.document_key, line.table_no, line.side, line.account_code, line.label, line.column_path, line.amount_yuan::VARCHAR,
    line.total_kind, line.page, line.row, line.box
FROM fact_budget_line AS line
SEMI JOIN {documents} AS wanted ON wanted.document_key = line.document_key
WHERE list_contains($1, line.table_kind)
ORDER BY line.document_key, line.table_no, line.line_no
