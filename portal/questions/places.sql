-- What was read of a document, each with its place.
SELECT what, label, said, page, row, box
FROM (
    SELECT document_key, 'project' AS what, project_name AS label, amount_yuan::VARCHAR AS said, page, row, box FROM fact_project
    UNION ALL
    SELECT document_key, 'funding', funding_source, amount_yuan::VARCHAR, page, row, box FROM fact_project_budget
    UNION ALL
    SELECT document_key, 'total', label, amount_yuan::VARCHAR, page, row, box FROM fact_project_total
    UNION ALL
    SELECT target.document_key, 'target', dim_indicator.indicator_name, target.target_text, target.page, target.row, target.box
    FROM fact_performance_target AS target
    JOIN dim_indicator USING (indicator_key)
    UNION ALL
    SELECT document_key, 'line', concat_ws(' · ', label, column_path), amount_yuan::VARCHAR, page, row, box FROM fact_budget_line
    UNION ALL
    SELECT document_key, 'finding', rule, CASE $lang WHEN 'en' THEN message_en ELSE message_zh END, page, row, box FROM quality
    UNION ALL
    SELECT document_key, 'quarantine', label, published_text, page, row, box FROM quarantine
)
WHERE document_key = $document AND page IS NOT DISTINCT FROM $page
ORDER BY row NULLS LAST, what, label
