-- What one of what a target counts costs.
SELECT
    document_key, project_no, department_id, department_name, fiscal_year, stage, project_name, indicator_name, target_text, amount_yuan,
    unit_cost_yuan, count_unit, page, row, box
FROM unit_cost
WHERE $chosen
    AND list_bool_and([contains(lower(concat_ws(' ', project_name, indicator_name)), lower(word)) FOR word IN $words]) -- if $words
ORDER BY indicator_name, unit_cost_yuan DESC NULLS LAST, document_key, project_no, indicator_no
