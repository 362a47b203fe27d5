-- The numbers of the projects whose name holds a word.
(
    SELECT project_number FROM searched_pair WHERE pair = $pair AND text_place = 'name' -- if $is_pair
    SELECT project_number -- if $is_text
    FROM searched_project -- if $is_text
    JOIN fact_project USING (document_key, project_no) -- if $is_text
    SEMI JOIN $led_to AS paired USING (document_key, project_no) -- if $is_led
    WHERE $says(project_name) -- if $is_text
)
