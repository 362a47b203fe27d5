-- Each publication that the catalogue expects; the deadline is the catalogue's.
SELECT
    CASE status WHEN 'published' THEN 'pass' WHEN 'not_published' THEN 'fail' ELSE 'not_applicable' END AS status,
    CASE status WHEN 'not_due' THEN 'not-due' WHEN 'unreadable' THEN 'unreadable-document' END AS reason,
    department_id, fiscal_year, stage, NULL AS document_key, 'duty' AS subject,
    fiscal_year || '年' || CASE stage WHEN 'budget' THEN '预算' ELSE '决算' END AS label,
    due_date::VARCHAR AS expected, NULL AS actual, NULL AS published_text, NULL AS page, NULL AS row,
    department_name, due_date, CASE stage WHEN 'budget' THEN '预算' ELSE '决算' END AS stage_zh,
    CASE stage WHEN 'budget' THEN 'budget' ELSE 'final accounts' END AS stage_en
FROM coverage
