-- A sum of which a part is blank is not known. The year before is the one before: where a year is missing nothing is compared.
WITH year AS (
    SELECT
        project_key, department_id, any_value(department_name) AS department_name, any_value(region_code) AS region_code,
        any_value(region_name) AS region_name, fiscal_year, any_value(project_standard_name) AS project_standard_name,
        count(*) AS project_count,
        CASE WHEN count(*) FILTER (stage = 'budget') = count(amount_yuan) FILTER (stage = 'budget')
            THEN sum(amount_yuan) FILTER (stage = 'budget') END AS budget_yuan,
        CASE WHEN count(*) FILTER (stage = 'final') = count(amount_yuan) FILTER (stage = 'final')
            THEN sum(amount_yuan) FILTER (stage = 'final') END AS final_yuan
    FROM project
    WHERE fiscal_year IS NOT NULL AND stage IS NOT NULL
    GROUP BY project_key, department_id, fiscal_year
)
SELECT
    project_key, department_id, department_name, region_code, region_name, fiscal_year, project_standard_name, project_count, budget_yuan,
    any_value(budget_yuan) OVER year_before AS previous_budget_yuan, budget_yuan - previous_budget_yuan AS change_yuan, final_yuan,
    final_yuan - budget_yuan AS deviation_yuan
FROM year
WINDOW year_before AS (
    PARTITION BY project_key, department_id ORDER BY fiscal_year RANGE BETWEEN 1 PRECEDING AND 1 PRECEDING
)
