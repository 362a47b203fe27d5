-- The projects that have the rarest pair of a word.
(
    SELECT document_key, project_no
    FROM searched_project
    SEMI JOIN (SELECT project_number FROM searched_pair WHERE pair = $pair) AS paired USING (project_number)
)
