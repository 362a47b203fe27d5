-- What departments are called like a text that names none.
SELECT department_name
FROM (SELECT DISTINCT department_name FROM department_year WHERE department_name IS NOT NULL)
WHERE contains(department_name, $near) OR contains($near, department_name) OR jaccard(department_name, $near) >= 0.5
ORDER BY jaccard(department_name, $near) DESC, department_name
LIMIT $most
