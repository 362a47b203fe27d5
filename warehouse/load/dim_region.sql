-- A department's file may stand alone, so its region is taken from it too.
SELECT region_code, max(region_name) AS region_name, max(parent_region_code) AS parent_region_code
FROM (
    SELECT region_code, region_name, parent_region_code FROM staged_region
    UNION ALL
    SELECT region_code, region_name, NULL FROM staged_department
)
GROUP BY region_code
