-- Projects in force; each of the words may stand in the name, the goal or an indicator.
SELECT
    project.document_key, project.project_no, department_id, department_name, fiscal_year, stage, project_name, amount_yuan, unit_name,
    fiscal_appropriation_yuan, goal, page, row, box, table_no
FROM project
WHERE $chosen
    AND ($minimum IS NULL OR amount_yuan >= $minimum) AND ($maximum IS NULL OR amount_yuan <= $maximum)
    AND (project.document_key, project.project_no) IN $holding -- if $words
ORDER BY fiscal_year DESC NULLS LAST, amount_yuan DESC NULLS LAST, project.document_key, project.project_no
