-- Performance targets in force.
SELECT
    document_key, project_no, department_id, department_name, fiscal_year, stage, project_name, level1, level2, indicator_name, target_text,
    kind, page, row, box
FROM indicator
WHERE $chosen
    AND list_bool_and([contains(lower(concat_ws(' ', project_name, indicator_name, target_text)), lower(word)) FOR word IN $words]) -- if $words
ORDER BY fiscal_year DESC NULLS LAST, document_key, project_no, indicator_no
