-- A booklet and its attachments publish the same project: it counts once, as the newest of them states it. Documents of an
-- unknown year or stage may be of different years, so nothing is taken out of them.
SELECT
    published.document_key, published.project_no, first_value(document.document_key) OVER newest AS counted_key,
    first_value(document.address) OVER newest AS counted_address
FROM fact_project AS published
JOIN document ON document.document_key = published.document_key
WINDOW newest AS (
    PARTITION BY
        document.department_id, document.fiscal_year, document.stage, published.project_key, published.unit_name,
        CASE WHEN document.fiscal_year IS NULL OR document.stage IS NULL THEN document.document_key END
    ORDER BY document.valid_from DESC, document.address
)
