-- Both stages of a year side by side; where one was not published its amount is blank, and nothing is compared.
WITH figure AS (
    SELECT
        any_value(amount_yuan) FILTER (stage = 'budget') AS budget_yuan, any_value(amount_yuan) FILTER (stage = 'final') AS final_yuan,
        department_id, fiscal_year, figure
    FROM department_figure
    GROUP BY department_id, fiscal_year, figure
)
SELECT
    figure.department_id, department.department_name, department.region_code, region.region_name, figure.fiscal_year, figure.figure,
    figure.budget_yuan, figure.final_yuan, CAST(figure.final_yuan - figure.budget_yuan AS DECIMAL(38, 2)) AS deviation_yuan,
    TRY_CAST(round(100 * figure.final_yuan / nullif(figure.budget_yuan, 0), 2) AS DECIMAL(18, 2)) AS execution_rate
FROM figure
JOIN dim_department AS department ON department.department_id = figure.department_id AND <department in figure.fiscal_year>
LEFT JOIN dim_region AS region ON region.region_code = department.region_code
