-- Two tables that each claim to be whole, of one kind, department, unit, year and stage, are never added: the newest in force
-- counts. A table of projects claims it by its 合计, another one by its kind, where a document has one of these only; of whose it
-- is the document's department says, and the units that its projects name.
WITH document AS (
    FROM document SEMI JOIN undecided_department USING (department_id)
),
unit AS (
    SELECT document_key, table_no, list(DISTINCT unit_name ORDER BY unit_name) FILTER (unit_name IS NOT NULL) AS units
    FROM fact_project
    SEMI JOIN document USING (document_key)
    GROUP BY document_key, table_no
),
grand_total AS (
    SELECT document_key, table_no, max(amount_yuan) AS amount_yuan
    FROM fact_project_total
    SEMI JOIN document USING (document_key)
    WHERE funding_source = 'total' AND total_kind = 'grand'
    GROUP BY document_key, table_no
),
whole AS (
    SELECT
        published.document_key, published.table_no, published.table_kind, published.is_empty, grand_total.amount_yuan, document.address,
        document.valid_from, document.standing,
        hash(
            document.department_id, document.fiscal_year, document.stage, document.is_own_unit, document.stated_body,
            published.table_kind, coalesce(unit.units, [])
        ) AS claim
    FROM fact_published_table AS published
    JOIN document ON document.document_key = published.document_key
    LEFT JOIN unit ON unit.document_key = published.document_key AND unit.table_no = published.table_no
    LEFT JOIN grand_total ON grand_total.document_key = published.document_key AND grand_total.table_no = published.table_no
    WHERE document.fiscal_year IS NOT NULL AND document.stage IS NOT NULL
        AND NOT regexp_matches(coalesce(published.title, ''), '<part_titles>')
        AND (grand_total.amount_yuan IS NOT NULL OR published.table_kind IN (<complete_kinds>))
    QUALIFY count(*) OVER (PARTITION BY published.document_key, claim) = 1
),
counted AS (
    SELECT
        *, first_value(document_key) OVER newest_first AS counted_key, first_value(table_no) OVER newest_first AS counted_table_no,
        first_value(address) OVER newest_first AS counted_address, first_value(standing) OVER newest_first AS counted_standing
    FROM whole
    WINDOW newest_first AS (PARTITION BY claim ORDER BY standing = 'withdrawn', valid_from DESC, address)
),
superseded AS (
    SELECT * FROM counted WHERE document_key <> counted_key
),
compared AS (
    SELECT document_key FROM superseded
    UNION
    SELECT counted_key FROM superseded
),
-- What both state, under one name: sums, as a name may stand twice. 100 yuan are the last place of 万元.
amount AS (
    SELECT document_key, table_no, hash(side, account_code, label, column_path) AS name, sum(amount_yuan) AS amount_yuan
    FROM fact_budget_line
    SEMI JOIN compared USING (document_key)
    GROUP BY ALL
    UNION ALL
    SELECT document_key, table_no, hash(project_key, carryover_mark, year_from, year_to), sum(amount_yuan)
    FROM fact_project
    SEMI JOIN compared USING (document_key)
    GROUP BY ALL
    UNION ALL
    SELECT document_key, table_no, hash('合计'), amount_yuan FROM grand_total
),
contradicted AS (
    SELECT
        superseded.document_key, superseded.table_no,
        arg_max(old.amount_yuan, greatest(abs(old.amount_yuan), abs(new.amount_yuan))) AS stated_yuan,
        arg_max(new.amount_yuan, greatest(abs(old.amount_yuan), abs(new.amount_yuan))) AS counted_yuan
    FROM superseded
    JOIN amount AS old ON old.document_key = superseded.document_key AND old.table_no = superseded.table_no
    JOIN amount AS new
        ON new.document_key = superseded.counted_key AND new.table_no = superseded.counted_table_no AND new.name = old.name
    WHERE superseded.standing <> 'withdrawn' AND abs(new.amount_yuan - old.amount_yuan) > 100
    GROUP BY superseded.document_key, superseded.table_no
)
SELECT
    counted.document_key, counted.table_no, counted.counted_key, counted.counted_table_no, counted.counted_address,
    counted.document_key = counted.counted_key AS is_counted, contradicted.document_key IS NOT NULL AS is_contradicted,
    CAST(contradicted.stated_yuan AS DECIMAL(38, 2)) AS stated_yuan, CAST(contradicted.counted_yuan AS DECIMAL(38, 2)) AS counted_yuan
FROM counted
LEFT JOIN contradicted ON contradicted.document_key = counted.document_key AND contradicted.table_no = counted.table_no
