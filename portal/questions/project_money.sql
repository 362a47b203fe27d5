-- The money of a project by source through the years.
SELECT
    document.fiscal_year, document.stage, CASE $lang WHEN 'en' THEN source.funding_source_en ELSE source.funding_source_zh END AS funding_source,
    money.amount_yuan, money.document_key, money.page, money.row, money.box
FROM fact_project AS project
JOIN counted_project AS counted
    ON counted.document_key = project.document_key AND counted.project_no = project.project_no AND counted.is_counted
JOIN document ON document.document_key = project.document_key
JOIN fact_project_budget AS money ON money.document_key = project.document_key AND money.project_no = project.project_no
JOIN dim_funding_source AS source ON source.funding_source = money.funding_source
WHERE project.project_key = $project_key
ORDER BY
    document.fiscal_year DESC NULLS LAST, document.stage, money.document_key, money.project_no, money.amount_yuan DESC NULLS LAST, funding_source
