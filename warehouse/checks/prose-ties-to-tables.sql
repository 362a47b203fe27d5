-- Changes that the text of a document in force states of a figure, against what the tables of that other year state of it.
-- Skipped:
-- 1. A year of which the other one is not there, or whose figure is not the one that the text speaks of.
-- 2. A change against the execution, or against what the text does not name (上年), which may be that, where the published one is another.
-- 3. A figure that may be of a fund.
-- What is the published change but for one digit is so by no chance: of 3, and of what is not named in 2, it is told.
-- Any of the places in which the other year states the figure may be meant (本年收入合计 beside 收入总计).
WITH document AS (
    FROM document SEMI JOIN department_to_check USING (department_id)
),
figure AS (
    FROM department_figure SEMI JOIN department_to_check USING (department_id)
),
judged AS (
    SELECT
        document.department_id, document.fiscal_year, document.stage, document.document_key, document.address, document.file_name, said.*
            EXCLUDE (document_key),
        own.amount_yuan AS own_yuan, before.amount_yuan AS before_yuan,
        own.amount_yuan - before.amount_yuan AS given_yuan,
        coalesce(list_bool_or([
            abs(said.stated_change_yuan - (own.amount_yuan - yuan)) <= greatest(said.step_yuan, 100)
            FOR yuan IN list_append(stated_before.amounts, before.amount_yuan)
        ]), false) AS is_tied,
        (abs(said.stated_change_yuan) / said.step_yuan)::BIGINT::VARCHAR AS stated_digits,
        (abs(given_yuan) / said.step_yuan)::BIGINT::VARCHAR AS given_digits,
        coalesce(
            sign(said.stated_change_yuan) = sign(given_yuan) AND length(stated_digits) = length(given_digits)
            AND length(rtrim(given_digits, '0')) >= 4 AND levenshtein(stated_digits, given_digits) = 1
            AND abs(said.stated_change_yuan - given_yuan) >= 0.05 * abs(given_yuan), false) AS is_misprint
    FROM fact_stated_change AS said
    JOIN document ON document.document_key = said.document_key
    LEFT JOIN figure AS own
        ON own.department_id = document.department_id AND own.fiscal_year = document.fiscal_year AND own.stage = document.stage
        AND own.figure = said.figure AND own.document_key = said.document_key AND abs(own.amount_yuan - said.amount_yuan) <= said.step_yuan
    LEFT JOIN figure AS before
        ON before.department_id = document.department_id AND before.fiscal_year = said.compared_year
        AND before.stage = document.stage AND before.figure = said.figure AND before.standing <> 'withdrawn'
    LEFT JOIN (
        SELECT document_key, figure, list(amount_yuan) AS amounts
        FROM fact_budget_figure
        SEMI JOIN figure USING (document_key)
        GROUP BY ALL
    ) AS stated_before
        ON stated_before.document_key = before.document_key AND stated_before.figure = said.figure
),
reasoned AS (
    SELECT
        *,
        CASE
            WHEN own_yuan IS NULL OR before_yuan IS NULL THEN 'no-year-before'
            WHEN is_tied THEN NULL
            WHEN NOT is_certain AND NOT is_misprint THEN 'subject-unclear'
            WHEN compared_with <> CASE stage WHEN 'budget' THEN '预算' ELSE '决算' END AND NOT (compared_with = '' AND is_misprint) THEN 'compared-with-else'
        END AS why_not
    FROM judged
)
SELECT
    CASE WHEN why_not IS NOT NULL THEN 'not_applicable' WHEN is_tied THEN 'pass' ELSE 'fail' END AS status, why_not AS reason,
    department_id, fiscal_year, stage, document_key, 'document' AS subject, address || ' ' || figure
        || CASE WHEN compared_year < fiscal_year - 1 THEN ' ' || compared_year ELSE '' END AS label,
    stated_change_yuan::VARCHAR AS expected, given_yuan::VARCHAR AS actual, published_text, page, row,
    '“' || published_text || '”，但' || CASE WHEN compared_year = fiscal_year - 1 THEN '上年' ELSE compared_year || '年' END || '公布的是 '
        || format('{:,.2f}', before_yuan::DOUBLE) || ' 元，相差应为 '
        || format('{:,.2f}', given_yuan::DOUBLE) || ' 元' AS details_zh,
    '“' || published_text || '”, but ' || compared_year || ' states ' || format('{:,.2f}', before_yuan::DOUBLE)
        || ' yuan, which is a change of ' || format('{:,.2f}', given_yuan::DOUBLE) || ' yuan' AS details_en
FROM reasoned
QUALIFY row_number() OVER (PARTITION BY document_key, figure, compared_year ORDER BY why_not NULLS FIRST, is_tied DESC, statement_no) = 1
