-- The three public expenses (三公经费) of departments.
SELECT
    department_id, department_name, fiscal_year, stage, three_public_yuan, abroad_yuan, vehicles_yuan, vehicle_purchase_yuan,
    vehicle_running_yuan, reception_yuan
FROM three_public
WHERE $chosen
ORDER BY fiscal_year DESC NULLS LAST, stage, department_name, department_id
