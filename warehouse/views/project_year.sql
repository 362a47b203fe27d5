-- A sum of which a part is blank is not known. The year before is the one before: where a year is missing nothing is compared.
WITH year AS (
    SELECT
        project_key, department_id, department_name, region_code, region_name, fiscal_year, project_standard_name,
        count(*) AS project_count,
        CASE WHEN count(*) FILTER (stage = 'budget') = count(amount_yuan) FILTER (stage = 'budget')
            THEN sum(amount_yuan) FILTER (stage = 'budget') END AS budget_yuan,
        CASE WHEN count(*) FILTER (stage = 'final') = count(amount_yuan) FILTER (stage = 'final')
            THEN sum(amount_yuan) FILTER (stage = 'final') END AS final_yuan
    FROM project
    WHERE fiscal_year IS NOT NULL AND stage IS NOT NULL
    GROUP BY project_key, department_id, department_name, region_code, region_name, fiscal_year, project_standard_name
)
SELECT
    year.project_key, year.department_id, year.department_name, year.region_code, year.region_name, year.fiscal_year,
    year.project_standard_name, year.project_count, year.budget_yuan, previous.budget_yuan AS previous_budget_yuan,
    year.budget_yuan - previous.budget_yuan AS change_yuan, year.final_yuan, year.final_yuan - year.budget_yuan AS deviation_yuan
FROM year
LEFT JOIN year AS previous
    ON previous.project_key = year.project_key AND previous.department_id = year.department_id
    AND previous.fiscal_year = year.fiscal_year - 1
