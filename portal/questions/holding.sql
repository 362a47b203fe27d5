-- The numbers of the projects of which a text holds a word.
(
    SELECT project_number FROM searched_pair WHERE pair = $pair -- if $is_pair
    SELECT project_number -- if $is_text
    FROM searched_project -- if $is_text
    SEMI JOIN ( -- if $is_text
        SELECT document_key, project_no -- if $is_text
        FROM fact_project -- if $is_text
        SEMI JOIN $led_to AS paired USING (document_key, project_no) -- if $is_led
        WHERE $says(project_name, goal) -- if $is_text
        UNION -- if $is_text
        SELECT document_key, project_no -- if $is_text
        FROM fact_performance_target -- if $is_text
        SEMI JOIN $led_to AS paired USING (document_key, project_no) -- if $is_led
        WHERE $says(target_text) OR $says(indicator_name) -- if $is_text
    ) AS said USING (document_key, project_no) -- if $is_text
)
