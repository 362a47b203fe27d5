-- The kinds of tables that a department's booklets have.
SELECT DISTINCT table_kind
FROM budget_line
WHERE department_id = $department
ORDER BY table_kind
