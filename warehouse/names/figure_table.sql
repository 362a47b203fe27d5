-- The tables that may state a figure of a department's budget.
SELECT
    published.document_key, published.table_no, version.fiscal_year, version.stage, published.table_kind, published.title, published.unit,
    published.is_empty
FROM fact_published_table AS published
SEMI JOIN {documents} AS wanted ON wanted.document_key = published.document_key
JOIN dim_document AS version ON version.document_key = published.document_key
WHERE list_contains($1, published.table_kind)
ORDER BY published.document_key, published.table_no
