(
    $says(target.target_text) OR $says(target.indicator_name)
    OR (target.document_key, target.project_no) IN (SELECT (document_key, project_no) FROM searched_project SEMI JOIN $named AS named USING (project_number))
)
