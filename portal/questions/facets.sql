-- How many of the rows that a list has, `<found>`, are of each region, department, year, stage, source of money and range of amounts: the most first.
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
    UNION ALL -- if $is_of_projects
    SELECT 'amount', value, named, count(*) -- if $is_of_projects
    FROM found -- if $is_of_projects
    JOIN (VALUES -- if $is_of_projects
        (NULL, 100000, '-100000', '≤ 100,000'), (100000, 1000000, '100000-1000000', '100,000–1,000,000'), -- if $is_of_projects
        (1000000, 10000000, '1000000-10000000', '1,000,000–10,000,000'), (10000000, NULL, '10000000-', '≥ 10,000,000') -- if $is_of_projects
    ) AS span(least_yuan, most_yuan, value, named) -- if $is_of_projects
        ON (least_yuan IS NULL OR amount_yuan >= least_yuan) AND (most_yuan IS NULL OR amount_yuan <= most_yuan) -- if $is_of_projects
    WHERE amount_yuan IS NOT NULL -- if $is_of_projects
    GROUP BY value, named -- if $is_of_projects
)
SELECT facet, value, named, row_count
FROM counted
WHERE value IS NOT NULL
QUALIFY row_number() OVER (PARTITION BY facet ORDER BY row_count DESC, value) <= $most
ORDER BY list_position(['region', 'department', 'year', 'stage', 'funding', 'amount'], facet), row_count DESC, value
