-- The lines of budget booklets.
SELECT
    document_key, department_id, department_name, fiscal_year, stage, label, amount_yuan, column_path, account_code, title, side, page, row, box, (
        SELECT CASE WHEN count(*) = 1 THEN min(tab.table_no) END
        FROM fact_published_table AS tab
        WHERE tab.document_key = budget_line.document_key AND tab.table_kind = budget_line.table_kind
            AND tab.title IS NOT DISTINCT FROM budget_line.title
    ) AS table_no
FROM budget_line
WHERE $chosen AND ($table IS NULL OR table_kind = $table) AND ($words IS NULL OR contains(label, $words))
ORDER BY
    fiscal_year DESC NULLS LAST, document_key, page, row, column_path, box, table_kind, title, side, account_code, label, amount_yuan
