-- The money of one project by source.
SELECT
    budget.document_key, CASE $lang WHEN 'en' THEN source.funding_source_en ELSE source.funding_source_zh END AS funding_source,
    budget.amount_yuan, budget.page, budget.row, budget.box
FROM fact_project_budget AS budget
JOIN dim_funding_source AS source USING (funding_source)
WHERE budget.document_key = $document AND budget.project_no = $project
ORDER BY budget.amount_yuan DESC NULLS LAST, funding_source
