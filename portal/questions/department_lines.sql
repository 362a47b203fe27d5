-- The lines of one kind of table of a department, with what each year states; several amounts of one year are all given, never added.
-- In the order of the newest table, its rows and columns as they were published.
SELECT
    line.side, line.account_code, line.label, line.column_path, document.fiscal_year, document.stage,
    list(DISTINCT line.amount_yuan ORDER BY line.amount_yuan) AS amounts,
    arg_min(
        {'document_key': document_key, 'table_no': line.table_no, 'page': line.page, 'row': line.row, 'box': line.box},
        (line.page, line.row, document_key, line.table_no)
    ) AS place,
    arg_max((line.page, line.row, line.line_no), document.fiscal_year) AS newest
FROM fact_budget_line AS line
JOIN document USING (document_key)
WHERE document.department_id = $department AND line.table_kind = $table
GROUP BY line.side, line.account_code, line.label, line.column_path, document.fiscal_year, document.stage
ORDER BY document.fiscal_year DESC NULLS LAST, newest NULLS LAST, line.side, line.account_code, line.label, line.column_path
