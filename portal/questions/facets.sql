-- How many of the rows that a list has, `<found>`, are of each region, department, year, stage and source of money: the most first.
WITH found AS MATERIALIZED (
    <found>
), counted AS (
    SELECT 'region' AS facet, region_code AS value, coalesce(any_value(region_name), region_code) AS named, count(*) AS row_count
    FROM found JOIN document USING (document_key)
    GROUP BY region_code
    UNION ALL
    SELECT 'department', department_id, max_by(department_name, coalesce(document.fiscal_year, 9999)), count(*)
    FROM found JOIN document USING (document_key)
    GROUP BY department_id
    UNION ALL
    SELECT 'year', document.fiscal_year::VARCHAR, document.fiscal_year::VARCHAR, count(*)
    FROM found JOIN document USING (document_key)
    GROUP BY document.fiscal_year
    UNION ALL
    SELECT 'stage', stage, stage, count(*)
    FROM found JOIN document USING (document_key)
    GROUP BY stage
    UNION ALL -- if $is_of_projects
    SELECT 'funding', funding_source, funding_source, count(*) -- if $is_of_projects
    FROM found JOIN fact_project_budget AS money USING (document_key, project_no) -- if $is_of_projects
    WHERE money.amount_yuan <> 0 -- if $is_of_projects
    GROUP BY funding_source -- if $is_of_projects
)
SELECT facet, value, named, row_count
FROM counted
WHERE value IS NOT NULL
QUALIFY row_number() OVER (PARTITION BY facet ORDER BY row_count DESC, value) <= $most
ORDER BY list_position(['region', 'department', 'year', 'stage', 'funding'], facet), row_count DESC, value
