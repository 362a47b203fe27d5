-- Whole tables that a newer one of the same kind, department, unit, year and stage stands beside in force: see
-- `counted_table`. Told with the larger of the amounts that differ.
WITH document AS (
    FROM document SEMI JOIN department_to_check USING (department_id)
)
SELECT
    CASE WHEN judged.is_contradicted AND NOT judged.is_counted THEN 'fail' ELSE 'pass' END AS status, NULL AS reason, document.department_id, document.fiscal_year,
    document.stage, judged.document_key, 'table' AS subject, coalesce(published.title, published.table_kind) AS label,
    judged.stated_yuan::VARCHAR AS expected, judged.counted_yuan::VARCHAR AS actual, published.title AS published_text,
    published.page_first AS page, NULL AS row, coalesce(document.file_name, document.address) AS file_name,
    judged.counted_address AS other, format('{:,.2f}', judged.stated_yuan::DOUBLE) AS stated,
    format('{:,.2f}', judged.counted_yuan::DOUBLE) AS counted
FROM counted_table AS judged
JOIN document ON document.document_key = judged.document_key
JOIN fact_published_table AS published ON published.document_key = judged.document_key AND published.table_no = judged.table_no
WHERE document.standing <> 'withdrawn'
