-- What there is to choose from: the regions and years of all that a list may show.
WITH shown AS (
    SELECT region_code, region_name, fiscal_year FROM department_year
    UNION
    SELECT region_code, region_name, fiscal_year FROM document
    UNION
    SELECT region_code, region_name, fiscal_year FROM coverage
    UNION
    SELECT region_code, region_name, fiscal_year FROM quality
)
SELECT kind, value, shown
FROM (
    SELECT DISTINCT 'region' AS kind, region_code AS value, coalesce(region_name, region_code) AS shown FROM shown
    UNION
    SELECT DISTINCT 'year', fiscal_year::VARCHAR, fiscal_year::VARCHAR FROM shown WHERE fiscal_year IS NOT NULL
    UNION
    SELECT DISTINCT 'rule', rule, rule FROM quality
)
QUALIFY count(*) OVER (PARTITION BY kind) <= $most
ORDER BY kind, shown
