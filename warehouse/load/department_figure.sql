-- Of all tables that state a figure: those of the department as a whole go before those of its own unit or of a unit below it,
-- those in force before what was taken down, then the first place in the order of words.yaml, then the newest. Where there
-- are only tables of several units, or one document states the figure twice, in different amounts, nobody knows it. What a table
-- adds up for a whole city or county is the figure of none of its departments, whoever publishes it.
WITH document AS (
    FROM document SEMI JOIN undecided_department USING (department_id)
),
stated AS (
    SELECT
        document.department_id, document.fiscal_year, document.stage, figure.*, document.standing, document.is_own_unit,
        document.stated_body, document.valid_from, document.address, published.table_kind,
        count(DISTINCT figure.amount_yuan) OVER (PARTITION BY figure.document_key, figure.figure, figure.place_no) AS amount_count
    FROM fact_budget_figure AS figure
    JOIN document ON document.document_key = figure.document_key
    JOIN fact_published_table AS published ON published.document_key = figure.document_key AND published.table_no = figure.table_no
    ANTI JOIN (SELECT document_key, table_no FROM counted_table WHERE NOT is_counted) AS superseded
        ON superseded.document_key = figure.document_key AND superseded.table_no = figure.table_no
    WHERE document.fiscal_year IS NOT NULL AND document.stage IS NOT NULL
        AND NOT regexp_matches(coalesce(published.title, ''), '<government_titles>')
),
bodies AS (
    SELECT department_id, fiscal_year, stage, count(DISTINCT stated_body) AS body_count
    FROM stated
    GROUP BY ALL
)
SELECT
    stated.department_id, stated.fiscal_year, stated.stage, stated.figure, stated.amount_yuan, stated.document_key, stated.standing,
    stated.table_kind, stated.column_path, stated.page, stated.row, stated.box
FROM stated
JOIN bodies USING (department_id, fiscal_year, stage)
WHERE stated.amount_count = 1 AND (stated.stated_body IS NULL OR bodies.body_count = 1)
QUALIFY row_number() OVER (
    PARTITION BY stated.department_id, stated.fiscal_year, stated.stage, stated.figure
    ORDER BY
        stated.stated_body IS NOT NULL, stated.is_own_unit, stated.standing = 'withdrawn', stated.place_no, stated.valid_from DESC,
        stated.address, stated.table_no
) = 1
