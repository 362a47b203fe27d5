($department IS NULL OR department_id = $department OR contains(department_name, $department))
AND ($region IS NULL OR region_code = $region OR region_name = $region) AND ($year IS NULL OR fiscal_year = $year) AND ($stage IS NULL OR stage = $stage)
