-- What all departments, or those of one region, state in all, by year and stage.
SELECT
    fiscal_year, stage, department_count, expenditure_yuan, expenditure_count, project_sum_yuan, incomplete_count,
    CASE $lang WHEN 'en' THEN incomplete_reasons ELSE incomplete_reasons_zh END AS incomplete_reasons
FROM region_year
WHERE region_code IS NOT DISTINCT FROM $region AND ($year IS NULL OR fiscal_year = $year) AND ($stage IS NULL OR stage = $stage)
ORDER BY fiscal_year DESC NULLS LAST, stage
