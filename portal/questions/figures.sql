-- The figures of departments and years, each with the table and place that states it.
SELECT
    figure.document_key, department_id, department_name, fiscal_year, stage, figure.figure, figure.amount_yuan, figure.table_kind,
    figure.column_path, figure.page, figure.row, figure.box, (
        SELECT CASE WHEN count(*) = 1 THEN min(tab.table_no) END
        FROM fact_published_table AS tab
        WHERE tab.document_key = figure.document_key AND tab.table_kind = figure.table_kind
    ) AS table_no
FROM department_figure AS figure
JOIN (
    SELECT department_id, department_name, region_code, region_name, fiscal_year, stage FROM department_year
) AS department USING (department_id, fiscal_year, stage)
WHERE $chosen
ORDER BY fiscal_year DESC NULLS LAST, stage, department_name, department_id, list_position([
    'income', 'expenditure', 'basic_expenditure', 'project_expenditure', 'fiscal_appropriation', 'three_public'
], figure.figure) NULLS LAST, figure.figure
