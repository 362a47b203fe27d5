-- The lines of budget booklets.
SELECT
    document_key, department_id, department_name, fiscal_year, stage, label, amount_yuan, column_path, account_code, title, side, page, row, box,
    table_no
FROM budget_line
WHERE $chosen AND ($table IS NULL OR table_kind = $table)
    AND list_bool_and([contains(lower(label), lower(word)) FOR word IN $words]) -- if $words
ORDER BY
    fiscal_year DESC NULLS LAST, document_key, page, row, column_path, box, table_no, title, side, account_code, label, amount_yuan
