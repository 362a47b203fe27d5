-- What all departments, or those of one region, state in all, by year and stage.
SELECT
    fiscal_year, stage, department_count, expenditure_yuan, expenditure_count, project_sum_yuan, incomplete_count,
    incomplete_count = 0 AS is_complete,
    array_to_string(CASE $lang WHEN 'en' THEN incomplete_reasons ELSE incomplete_reasons_zh END, '; ') AS incomplete_reasons
FROM region_year
WHERE CASE WHEN $region IS NULL THEN region_code IS NULL ELSE region_code = $region OR region_name = $region END
    AND ($year IS NULL OR fiscal_year = $year) AND ($stage IS NULL OR stage = $stage)
ORDER BY fiscal_year DESC NULLS LAST, stage
