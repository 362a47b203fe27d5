SELECT document_key, project_no, string_agg(lower(concat_ws(' ', indicator_name, target_text)), ' ') AS texts
FROM indicator
GROUP BY document_key, project_no
