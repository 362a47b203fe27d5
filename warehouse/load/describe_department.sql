-- The audience is no history: it says who is told today.
UPDATE dim_department AS department
SET audience_id = staged.audience_id
FROM staged_department AS staged
WHERE staged.department_id = department.department_id AND department.is_current
    AND department.audience_id IS DISTINCT FROM staged.audience_id
