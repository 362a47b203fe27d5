-- What the catalogue says today: each fiscal year lies in one period of a department, one that no former name covers in the next one's.
SELECT
    department.department_key, department.department_id, department.department_name, department.region_code, region.region_name,
    department.first_year, department.last_year, department.is_current, department.lasting_department_id,
    lasting.department_name AS lasting_department_name
FROM dim_department AS department
JOIN dim_department AS lasting ON lasting.department_id = department.lasting_department_id AND lasting.is_current
LEFT JOIN dim_region AS region ON region.region_code = department.region_code
WHERE department.valid_to IS NULL
