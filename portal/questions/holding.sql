SELECT (document_key, project_no)
FROM (
    SELECT document_key, project_no, word
    FROM fact_project
    JOIN (SELECT unnest($words) AS word) ON contains(lower(concat_ws(' ', project_name, goal)), lower(word))
    UNION
    SELECT target.document_key, target.project_no, named.word
    FROM fact_performance_target AS target
    JOIN (
        SELECT indicator_key, word
        FROM dim_indicator
        JOIN (SELECT unnest($words) AS word) ON contains(lower(indicator_name), lower(word))
    ) AS named USING (indicator_key)
    UNION
    SELECT document_key, project_no, word
    FROM fact_performance_target
    JOIN (SELECT unnest($words) AS word) ON contains(lower(target_text), lower(word))
)
GROUP BY document_key, project_no
HAVING count(DISTINCT word) = len(list_distinct($words))
