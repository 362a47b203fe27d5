-- The pairs of signs in the texts of the projects that are new, in small letters. Texts of targets are often the same, and taken apart once.
-- A pair with a digit would be the larger part of them, and nobody looks for one alone.
WITH new_project AS (
    SELECT project_number, document_key, project_no, project_name, goal
    FROM searched_project
    JOIN fact_project USING (document_key, project_no)
    WHERE $is_new
),
target AS (
    SELECT DISTINCT project_number, unnest([target_text, indicator_name]) AS text
    FROM new_project
    JOIN fact_performance_target USING (document_key, project_no)
),
said AS (
    SELECT project_number, 'name' AS text_place, pairs_of(project_name) AS pairs FROM new_project
    UNION ALL
    SELECT project_number, 'goal', pairs_of(goal) FROM new_project
    UNION ALL
    SELECT project_number, 'target', pairs FROM target JOIN (SELECT text, pairs_of(text) AS pairs FROM (SELECT DISTINCT text FROM target)) USING (text)
)
SELECT DISTINCT unnest(pairs) AS pair, text_place, project_number
FROM said
ORDER BY pair, text_place, project_number
