SELECT
    document.document_key, published.project_no, published.project_key, document.department_id, document.department_name,
    document.region_code, document.region_name, document.fiscal_year, document.stage, published.project_name,
    counted.project_standard_name, published.project_code, published.unit_name, published.amount_yuan,
    counted.<funding_source>_yuan,
    published.goal, published.table_no, document.address, document.file_name, published.page, published.row, published.box
FROM fact_project AS published
JOIN counted_project AS counted
    ON counted.document_key = published.document_key AND counted.project_no = published.project_no
    AND counted.is_counted
JOIN document ON document.document_key = published.document_key
