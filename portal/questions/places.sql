-- What was read of a document, each with its place. In which table money and targets stand, which need not be their
-- project's, the warehouse does not say.
SELECT what, label, said, page, row, box, table_no
FROM (
    SELECT document_key, 'project' AS what, project_name AS label, amount_yuan::VARCHAR AS said, page, row, box, table_no FROM fact_project
    UNION ALL
    SELECT
        money.document_key, 'funding', CASE $lang WHEN 'en' THEN source.funding_source_en ELSE source.funding_source_zh END,
        money.amount_yuan::VARCHAR, money.page, money.row, money.box, NULL
    FROM fact_project_budget AS money
    JOIN dim_funding_source AS source ON source.funding_source = money.funding_source
    JOIN fact_project AS project ON project.document_key = money.document_key AND project.project_no = money.project_no
    UNION ALL
    SELECT document_key, 'total', label, amount_yuan::VARCHAR, page, row, box, table_no FROM fact_project_total
    UNION ALL
    SELECT target.document_key, 'target', target.indicator_name, target.target_text, target.page, target.row, target.box, NULL
    FROM fact_performance_target AS target
    JOIN fact_project AS project ON project.document_key = target.document_key AND project.project_no = target.project_no
    UNION ALL
    SELECT document_key, 'line', concat_ws(' · ', label, column_path), amount_yuan::VARCHAR, page, row, box, table_no FROM fact_budget_line
    UNION ALL
    SELECT document_key, 'finding', rule, CASE $lang WHEN 'en' THEN message_en ELSE message_zh END, page, row, box, NULL FROM quality
    UNION ALL
    SELECT document_key, 'quarantine', label, published_text, page, row, box, NULL FROM quarantine
)
WHERE document_key = $document AND page IS NOT DISTINCT FROM $page
ORDER BY row NULLS LAST, what, label
