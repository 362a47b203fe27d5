-- Projects of which the name, the goal or an indicator holds every word. A name counts more than an indicator, that more than a goal;
-- then the newest and the largest come first.
WITH hit AS (
    SELECT document_key, project_no, 3 AS weight, '项目名称' AS place, project_name AS text, page, row
    FROM project
    WHERE len(list_filter($words, lambda word: NOT contains(lower(project_name), word))) = 0
    UNION ALL
    SELECT document_key, project_no, 2, '绩效指标', concat_ws(' ', indicator_name, target_text), page, row
    FROM indicator
    WHERE len(list_filter($words, lambda word: NOT contains(lower(concat_ws(' ', indicator_name, target_text)), word))) = 0
    UNION ALL
    SELECT document_key, project_no, 1, '绩效目标', goal, page, row
    FROM project
    WHERE len(list_filter($words, lambda word: NOT contains(coalesce(lower(goal), ''), word))) = 0
),
best AS (
    SELECT
        document_key, project_no, sum(DISTINCT weight) AS score, string_agg(DISTINCT place, '、' ORDER BY place) AS found_in,
        arg_max(hit, (weight, -coalesce(row, 0))) AS top
    FROM hit
    GROUP BY document_key, project_no
)
SELECT
    project.department_name, project.fiscal_year, project.stage, project.project_name, project.amount_yuan, best.found_in,
    best.top.text AS text, project.address, best.top.page AS page, best.top.row AS row
FROM best
JOIN project ON project.document_key = best.document_key AND project.project_no = best.project_no
ORDER BY best.score DESC, project.fiscal_year DESC NULLS LAST, project.amount_yuan DESC NULLS LAST, project.address, page, row
LIMIT $row_limit
