-- Changes that the text of a document in force states of a figure, against what the tables of the year before state of it.
-- Skipped:
-- 1. A year of which the year before is not there, or whose figure is not the one that the text speaks of.
-- 2. A change against what the text does not name (上年), or against the execution, where the published one is another: it may be
--    that of what was executed.
WITH judged AS (
    SELECT
        document.department_id, document.fiscal_year, document.stage, document.document_key, document.address, document.file_name, said.*
            EXCLUDE (document_key),
        own.amount_yuan AS own_yuan, before.amount_yuan AS before_yuan,
        coalesce(abs(said.stated_change_yuan - (own.amount_yuan - before.amount_yuan)) <= greatest(said.step_yuan, 100), false) AS is_tied
    FROM fact_stated_change AS said
    JOIN document ON document.document_key = said.document_key
    LEFT JOIN department_figure AS own
        ON own.department_id = document.department_id AND own.fiscal_year = document.fiscal_year AND own.stage = document.stage
        AND own.figure = said.figure AND own.document_key = said.document_key AND abs(own.amount_yuan - said.amount_yuan) <= said.step_yuan
    LEFT JOIN department_figure AS before
        ON before.department_id = document.department_id AND before.fiscal_year = document.fiscal_year - 1
        AND before.stage = document.stage AND before.figure = said.figure AND before.standing <> 'withdrawn'
),
reasoned AS (
    SELECT
        *,
        CASE
            WHEN own_yuan IS NULL OR before_yuan IS NULL THEN 'no-year-before'
            WHEN is_tied THEN NULL
            WHEN compared_with <> CASE stage WHEN 'budget' THEN '预算' ELSE '决算' END THEN 'compared-with-else'
        END AS why_not
    FROM judged
)
SELECT
    CASE WHEN why_not IS NOT NULL THEN 'not_applicable' WHEN is_tied THEN 'pass' ELSE 'fail' END AS status, why_not AS reason,
    department_id, fiscal_year, stage, document_key, 'document' AS subject, address || ' ' || figure AS label,
    stated_change_yuan::VARCHAR AS expected, (own_yuan - before_yuan)::VARCHAR AS actual, published_text, page, row,
    '“' || published_text || '”，但上年公布的是 ' || format('{:,.2f}', before_yuan::DOUBLE) || ' 元，相差应为 '
        || format('{:,.2f}', (own_yuan - before_yuan)::DOUBLE) || ' 元' AS details_zh,
    '“' || published_text || '”, but the year before states ' || format('{:,.2f}', before_yuan::DOUBLE)
        || ' yuan, which is a change of ' || format('{:,.2f}', (own_yuan - before_yuan)::DOUBLE) || ' yuan' AS details_en
FROM reasoned
QUALIFY row_number() OVER (PARTITION BY document_key, figure ORDER BY why_not NULLS FIRST, is_tied DESC, statement_no) = 1
