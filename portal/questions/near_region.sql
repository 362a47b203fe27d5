-- What regions are called like a text that names none.
SELECT region_name
FROM (SELECT DISTINCT region_name FROM department_year WHERE region_name IS NOT NULL)
WHERE contains(region_name, $near) OR contains($near, region_name) OR jaccard(region_name, $near) >= 0.5
ORDER BY jaccard(region_name, $near) DESC, region_name
LIMIT $most
