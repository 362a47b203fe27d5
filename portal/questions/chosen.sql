true
AND (department_id = $department OR contains(department_name, $department)) -- if $department
AND (region_code = $region OR region_name = $region) -- if $region
AND fiscal_year = $year -- if $year
AND stage = $stage -- if $stage
