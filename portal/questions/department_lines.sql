-- The lines of one kind of table of a department, with what each year states; several amounts of one year are all given, never added.
SELECT
    side, account_code, label, column_path, fiscal_year, stage, list(DISTINCT amount_yuan ORDER BY amount_yuan) AS amounts,
    arg_min(
        {'document_key': document_key, 'table_no': table_no, 'page': page, 'row': row, 'box': box}, (page, row, document_key, table_no)
    ) AS place,
    arg_max((page, row), fiscal_year) AS newest
FROM budget_line
WHERE department_id = $department AND table_kind = $table
GROUP BY side, account_code, label, column_path, fiscal_year, stage
ORDER BY fiscal_year DESC NULLS LAST, newest NULLS LAST, side, account_code, label, column_path
