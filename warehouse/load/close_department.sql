-- The version before the newest one ends where that begins.
UPDATE dim_department AS department
SET is_current = false, valid_to = successor.valid_from
FROM dim_department AS successor
WHERE successor.department_id = department.department_id AND successor.version_no = department.version_no + 1 AND department.is_current
