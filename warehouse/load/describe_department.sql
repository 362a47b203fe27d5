-- Who is told, and which department lives on, is no history: it is what holds today.
UPDATE dim_department AS department
SET audience_id = staged.audience_id, lasting_department_id = coalesce(staged.lasting_department_id, staged.department_id)
FROM staged_department AS staged
WHERE staged.department_id = department.department_id AND department.valid_to IS NULL
    AND (department.audience_id, department.lasting_department_id)
        IS DISTINCT FROM (staged.audience_id, coalesce(staged.lasting_department_id, staged.department_id))
