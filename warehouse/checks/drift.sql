-- The figures of a department's budget, and its projects, against those of the year before and the same stage.
-- Skipped:
-- 1. A year of which the year before is not there; a project that stands several times in one of both years.
-- 2. A figure or project whose unit may be wrong: `unit-slip` tells it.
-- 3. The parts of a figure, which have no name here: a car is bought in one year and not in the next.
WITH document AS (
    FROM document SEMI JOIN department_to_check USING (department_id)
),
project AS (<view project>),
stated AS (
    SELECT
        department_id, fiscal_year, stage, document_key, 'document' AS subject, figure AS name,
        CASE figure
            WHEN '<figure>' THEN '<figure_zh>'
        END AS label, amount_yuan, page, row
    FROM department_figure
    SEMI JOIN department_to_check USING (department_id)
    WHERE label IS NOT NULL
    UNION ALL
    SELECT
        department_id, fiscal_year, stage, any_value(document_key), 'project', project_key::VARCHAR, any_value(project_standard_name),
        CASE WHEN count(*) = 1 THEN any_value(amount_yuan) END, any_value(page), any_value(row)
    FROM project
    WHERE fiscal_year IS NOT NULL AND stage IS NOT NULL
    GROUP BY department_id, fiscal_year, stage, project_key
),
compared AS (
    SELECT
        own.*, before.amount_yuan AS before_yuan, own.amount_yuan - before.amount_yuan AS change_yuan,
        abs(own.amount_yuan - before.amount_yuan) / nullif(least(abs(own.amount_yuan), abs(before.amount_yuan)), 0) AS share
    FROM stated AS own
    LEFT JOIN stated AS before
        ON before.department_id = own.department_id AND before.stage = own.stage AND before.subject = own.subject
        AND before.name = own.name AND before.fiscal_year = own.fiscal_year - 1
)
SELECT
    CASE WHEN own_reason IS NOT NULL THEN 'not_applicable'
         WHEN share > CASE subject WHEN 'project' THEN getvariable('project_share') ELSE getvariable('figure_share') END
              AND abs(change_yuan) >= getvariable('least_yuan') THEN 'fail' ELSE 'pass' END AS status,
    own_reason AS reason, department_id, fiscal_year, stage, document_key, subject, label, amount_yuan::VARCHAR AS expected,
    before_yuan::VARCHAR AS actual, change_yuan::VARCHAR AS difference, NULL AS published_text, page, row,
    format('{:,.2f}', amount_yuan::DOUBLE) AS own_amount, format('{:,.2f}', before_yuan::DOUBLE) AS before_amount,
    CASE WHEN change_yuan > 0 THEN '+' ELSE '' END || format('{:,.2f}', change_yuan::DOUBLE) AS change_amount,
    fiscal_year - 1 AS before_year
FROM (
    SELECT
        *, CASE WHEN amount_yuan IS NULL OR before_yuan IS NULL OR share IS NULL THEN 'no-year-before'
                WHEN share > getvariable('slip_share') THEN 'unit-slip' END AS own_reason
    FROM compared
)
