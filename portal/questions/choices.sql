-- What there is to choose from.
SELECT DISTINCT 'region' AS kind, region_code AS value, coalesce(region_name, region_code) AS shown FROM department_year
UNION
SELECT DISTINCT 'year', fiscal_year::VARCHAR, fiscal_year::VARCHAR FROM department_year WHERE fiscal_year IS NOT NULL
UNION
SELECT DISTINCT 'rule', rule, rule FROM quality
ORDER BY kind, shown
