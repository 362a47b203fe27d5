-- Projects of which the name, the goal or an indicator holds every word. A name counts more than an indicator, that more than a goal;
-- then come names of which the words are the larger part, the newest and the largest.
WITH hit AS (
    SELECT document_key, project_no, 3 AS weight, '项目名称' AS place, project_name AS text, page, row
    FROM fact_project
    $led_to
    WHERE $name_holds
    UNION ALL
    SELECT document_key, project_no, 2, '绩效指标', concat_ws(' ', indicator_name, target_text), page, row
    FROM fact_performance_target
    $led_to
    WHERE $indicator_holds
    UNION ALL
    SELECT document_key, project_no, 1, '绩效目标', goal, page, row
    FROM fact_project
    $led_to
    WHERE $goal_holds
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
ORDER BY
    best.score DESC, CASE WHEN best.score >= 3 THEN round($word_length / length(project.project_name), 1) END DESC NULLS LAST, project.fiscal_year DESC NULLS LAST, project.amount_yuan DESC NULLS LAST, project.address, page, row
LIMIT $row_limit
