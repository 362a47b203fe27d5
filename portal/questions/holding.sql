(
    SELECT document_key, project_no
    FROM fact_project
    WHERE $says(project_name, goal)
    UNION
    SELECT document_key, project_no
    FROM fact_performance_target
    WHERE $says(target_text) OR $says(indicator_name)
)
