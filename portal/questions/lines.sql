-- The lines of budget booklets.
SELECT
    document_key, department_id, department_name, fiscal_year, stage, title, side, account_code, label, column_path, amount_yuan, page, row, box
FROM budget_line
WHERE $chosen AND ($table IS NULL OR table_kind = $table) AND ($words IS NULL OR contains(label, $words))
ORDER BY fiscal_year DESC NULLS LAST, document_key, page, row, column_path
