-- The lines of budget booklets.
SELECT line.document_key, line.table_no, line.line_no, document.fiscal_year, line.page, line.row
FROM fact_budget_line AS line
JOIN document USING (document_key)
WHERE $chosen
    AND line.document_key BETWEEN $first AND $last -- if $first
    AND line.table_kind = $table -- if $table
    AND $says(line.label) -- if $words
ORDER BY document.fiscal_year DESC NULLS LAST, line.document_key, line.page, line.row, line.table_no, line.line_no
-- shown:
SELECT
    shown.document_key, document.department_id, document.department_name, document.fiscal_year, document.stage, line.label, line.amount_yuan,
    line.column_path, line.account_code, published.title, line.side, line.page, line.row, line.box, shown.table_no
FROM shown
JOIN document USING (document_key)
JOIN fact_budget_line AS line USING (document_key, table_no, line_no)
LEFT JOIN fact_published_table AS published USING (document_key, table_no)
ORDER BY document.fiscal_year DESC NULLS LAST, shown.document_key, shown.page, shown.row, shown.table_no, shown.line_no
