-- Aliases and audience are no history: they say how the department is found and who is told today.
UPDATE dim_department AS department
SET aliases = staged.aliases, audience_id = staged.audience_id
FROM staged_department AS staged
WHERE staged.department_id = department.department_id AND department.is_current
    AND (department.aliases, department.audience_id) IS DISTINCT FROM (staged.aliases, staged.audience_id)
