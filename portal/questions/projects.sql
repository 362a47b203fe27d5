-- Projects in force; each of the words may stand in the name, the goal or an indicator.
WITH promised AS (
    SELECT document_key, project_no, string_agg(lower(concat_ws(' ', indicator_name, target_text)), ' ') AS texts
    FROM indicator
    WHERE $words IS NOT NULL
    GROUP BY document_key, project_no
)
SELECT
    project.document_key, project.project_no, department_id, department_name, fiscal_year, stage, project_name, amount_yuan, unit_name,
    fiscal_appropriation_yuan, goal, page, row, box, (
        SELECT place.table_no
        FROM fact_project AS place
        WHERE place.document_key = project.document_key AND place.project_no = project.project_no
    ) AS table_no
FROM project
LEFT JOIN promised ON promised.document_key = project.document_key AND promised.project_no = project.project_no
WHERE $chosen
    AND ($minimum IS NULL OR amount_yuan >= $minimum) AND ($maximum IS NULL OR amount_yuan <= $maximum)
    AND ($words IS NULL OR list_bool_and([
        contains(lower(concat_ws(' ', project_name, goal, promised.texts)), lower(word)) FOR word IN $words
    ]))
ORDER BY fiscal_year DESC NULLS LAST, amount_yuan DESC NULLS LAST, project.document_key, project.project_no
