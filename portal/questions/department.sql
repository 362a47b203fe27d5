-- One department.
SELECT department.department_id, department.department_name, region.region_name, region.region_code
FROM dim_department AS department
LEFT JOIN dim_region AS region ON region.region_code = department.region_code
WHERE department.is_current AND department.department_id = $department
ORDER BY region.region_last_year DESC NULLS FIRST
LIMIT 1
