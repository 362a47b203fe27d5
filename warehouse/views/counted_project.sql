-- A booklet and its attachments publish the same project: it counts once, as the newest of them states it. Documents of an
-- unknown year or stage may be of different years, so nothing is taken out of them. A project that a document states with
-- another amount or without its unit, or that two tables of one document list, may be counted wrong, and says so.
WITH published AS (
    SELECT
        project.document_key, project.project_no, project.table_no, project.amount_yuan, project.unit_name, document.address,
        document.valid_from,
        hash(
            document.department_id, document.fiscal_year, document.stage, project.project_key, project.carryover_mark, project.year_from,
            project.year_to, CASE WHEN document.fiscal_year IS NULL OR document.stage IS NULL THEN document.document_key END
        ) AS namesake_key
    FROM fact_project AS project
    JOIN document ON document.document_key = project.document_key
),
by_document AS (
    SELECT
        namesake_key, unit_name, document_key, any_value(address) AS address, any_value(valid_from) AS valid_from,
        sum(amount_yuan) AS amount_yuan, min(table_no) <> max(table_no) AS is_in_several_tables
    FROM published
    GROUP BY namesake_key, unit_name, document_key
),
by_unit AS (
    SELECT
        namesake_key, unit_name, first(document_key ORDER BY valid_from DESC, address) AS counted_key,
        first(address ORDER BY valid_from DESC, address) AS counted_address, min(document_key) AS first_key, max(document_key) AS last_key,
        bool_or(is_in_several_tables) OR coalesce(min(amount_yuan) <> max(amount_yuan), false) AS is_contradicted
    FROM by_document
    GROUP BY namesake_key, unit_name
),
by_name AS (
    SELECT
        namesake_key,
        min(first_key) <> max(last_key) AND count(unit_name) BETWEEN 1 AND count(*) - 1 AS is_contradicted
    FROM by_unit
    GROUP BY namesake_key
)
SELECT
    published.document_key, published.project_no, by_unit.counted_key, by_unit.counted_address,
    by_unit.is_contradicted OR by_name.is_contradicted AS is_contradicted
FROM published
JOIN by_unit ON by_unit.namesake_key = published.namesake_key AND by_unit.unit_name IS NOT DISTINCT FROM published.unit_name
JOIN by_name ON by_name.namesake_key = published.namesake_key
