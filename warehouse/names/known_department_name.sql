-- Every name that leads to a department: its present one, those of the catalogue's aliases and former names, and those under which it
-- stood in the catalogue before, unless another department has that name now.
WITH present AS (SELECT * FROM dim_department WHERE is_current)
SELECT department_id, department_name, region_code, NULL::INTEGER AS first_year, NULL::INTEGER AS last_year FROM present
UNION
SELECT alias.department_id, alias.alias, present.region_code, alias.first_year, alias.last_year
FROM dim_department_alias AS alias
JOIN present ON present.department_id = alias.department_id
WHERE alias.is_active
UNION
SELECT earlier.department_id, earlier.department_name, earlier.region_code, NULL, NULL
FROM dim_department AS earlier
ANTI JOIN present ON present.department_name = earlier.department_name
WHERE earlier.valid_to IS NOT NULL AND earlier.last_year IS NULL
ORDER BY ALL
