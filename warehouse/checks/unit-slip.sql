-- A document whose projects are 10,000 times (or one 10,000th of) those of the year before: one amount may be chance, most are not.
-- Skipped: a document of which fewer than `least_projects` projects stand in the year before.
WITH document AS (
    FROM document SEMI JOIN department_to_check USING (department_id)
),
project AS (<view project>),
stated AS (
    SELECT
        department_id, fiscal_year, stage, project_key, any_value(document_key) AS document_key, any_value(address) AS address,
        any_value(file_name) AS file_name, any_value(project_name) AS project_name, any_value(amount_yuan) AS amount_yuan
    FROM project
    WHERE fiscal_year IS NOT NULL AND stage IS NOT NULL AND amount_yuan > 0
    GROUP BY department_id, fiscal_year, stage, project_key
    HAVING count(*) = 1
),
pair AS (
    SELECT
        own.*, before.amount_yuan AS before_yuan,
        greatest(own.amount_yuan, before.amount_yuan) / least(own.amount_yuan, before.amount_yuan)
            BETWEEN getvariable('from_times') AND getvariable('to_times') AS is_slip
    FROM stated AS own
    JOIN stated AS before
        ON before.department_id = own.department_id AND before.stage = own.stage AND before.project_key = own.project_key
        AND before.fiscal_year = own.fiscal_year - 1
),
judged AS (
    SELECT
        document.department_id, document.fiscal_year, document.stage, document.document_key, document.address, document.file_name,
        count(pair.project_key) AS pair_count, count(*) FILTER (is_slip) AS slip_count,
        first(pair.project_name ORDER BY pair.amount_yuan DESC, pair.project_name) FILTER (is_slip) AS project_name,
        first(pair.amount_yuan ORDER BY pair.amount_yuan DESC, pair.project_name) FILTER (is_slip) AS amount_yuan,
        first(pair.before_yuan ORDER BY pair.amount_yuan DESC, pair.project_name) FILTER (is_slip) AS before_yuan
    FROM document
    LEFT JOIN pair ON pair.document_key = document.document_key
    WHERE document.fiscal_year IS NOT NULL
    GROUP BY ALL
)
SELECT
    CASE WHEN pair_count < getvariable('least_projects') THEN 'not_applicable'
         WHEN slip_count >= getvariable('least_projects') AND 2 * slip_count > pair_count THEN 'fail' ELSE 'pass' END AS status,
    CASE WHEN pair_count < getvariable('least_projects') THEN 'nothing-to-compare' END AS reason,
    department_id, fiscal_year, stage, document_key, 'document' AS subject, address AS label, amount_yuan::VARCHAR AS expected,
    before_yuan::VARCHAR AS actual, NULL AS published_text, NULL AS page, NULL AS row,
    slip_count || ' 个项目与上年相差万倍，如“' || project_name || '”' || format('{:,.2f}', amount_yuan::DOUBLE) || ' 元，上年 '
        || format('{:,.2f}', before_yuan::DOUBLE) || ' 元' AS details_zh,
    slip_count || ' projects are 10,000 times as much, or as little, as in the year before, such as ' || project_name || ': '
        || format('{:,.2f}', amount_yuan::DOUBLE) || ' yuan, then ' || format('{:,.2f}', before_yuan::DOUBLE) AS details_en
FROM judged
