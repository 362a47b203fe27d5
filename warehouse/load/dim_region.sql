-- The regions of GB/T 2260, and those of the catalogue: it names its own as people write them, and may have some that the standard
-- has not. A department's file may stand alone, so its region is taken from it too.
WITH listed AS (
    SELECT region_code, max(region_name) AS region_name, max(parent_region_code) AS parent_region_code
    FROM (
        SELECT region_code, region_name, parent_region_code FROM staged_region
        UNION ALL
        SELECT region_code, region_name, NULL FROM staged_department
    )
    GROUP BY region_code
)
SELECT
    region_code, coalesce(listed.region_name, standard.region_name) AS region_name,
    coalesce(standard.parent_region_code, listed.parent_region_code) AS parent_region_code,
    coalesce(standard.region_level, CASE
        WHEN region_code[3:] = '0000' THEN 'province' WHEN region_code[5:] = '00' THEN 'prefecture' ELSE 'county'
    END) AS region_level,
    standard.region_last_year
FROM listed
FULL JOIN staged_gazetteer AS standard USING (region_code)
