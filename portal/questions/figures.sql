-- The figures of departments and years, each with the table and place that states it.
SELECT
    figure.document_key, department_id, department.department_name, figure.fiscal_year, figure.stage, figure.figure, figure.amount_yuan,
    figure.table_kind, figure.column_path, figure.page, figure.row, figure.box
FROM department_figure AS figure
JOIN (
    SELECT department_id, department_name, region_code, region_name, fiscal_year, stage FROM department_year
) AS department USING (department_id, fiscal_year, stage)
WHERE $chosen
ORDER BY figure.fiscal_year DESC NULLS LAST, figure.stage, department.department_name, department_id, list_position([
    'income', 'expenditure', 'basic_expenditure', 'project_expenditure', 'fiscal_appropriation', 'three_public'
], figure.figure) NULLS LAST, figure.figure
-- shown:
SELECT shown.*, published.table_no
FROM shown
LEFT JOIN (
    SELECT document_key, table_kind, CASE WHEN count(*) = 1 THEN min(table_no) END AS table_no
    FROM fact_published_table
    SEMI JOIN shown USING (document_key, table_kind)
    GROUP BY document_key, table_kind
) AS published USING (document_key, table_kind)
ORDER BY fiscal_year DESC NULLS LAST, stage, department_name, department_id, list_position([
    'income', 'expenditure', 'basic_expenditure', 'project_expenditure', 'fiscal_appropriation', 'three_public'
], figure) NULLS LAST, figure
