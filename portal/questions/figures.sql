-- The figures of departments and years, each with the table and place that states it.
SELECT
    figure.document_key, department_id, department.department_name, figure.fiscal_year, figure.stage, figure.figure, figure.amount_yuan,
    figure.table_kind, figure.column_path, figure.page, figure.row, figure.box
FROM department_figure AS figure
JOIN (SELECT DISTINCT department_id, department_name, region_code, region_name FROM department_year) AS department USING (department_id)
WHERE $chosen
ORDER BY figure.fiscal_year DESC NULLS LAST, figure.stage, department.department_name, department_id, list_position([
    'income', 'expenditure', 'basic_expenditure', 'project_expenditure', 'fiscal_appropriation', 'three_public'
], figure.figure) NULLS LAST, figure.figure
-- shown:
SELECT shown.*, (
    SELECT CASE WHEN count(*) = 1 THEN min(published.table_no) END
    FROM fact_published_table AS published
    WHERE published.document_key = shown.document_key AND published.table_kind = shown.table_kind
) AS table_no
FROM shown
ORDER BY fiscal_year DESC NULLS LAST, stage, department_name, department_id, list_position([
    'income', 'expenditure', 'basic_expenditure', 'project_expenditure', 'fiscal_appropriation', 'three_public'
], figure) NULLS LAST, figure
