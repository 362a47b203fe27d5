-- What one of what a target counts costs; of some words, the dearest first of each indicator.
SELECT
    document_key, project_no, department_id, department_name, fiscal_year, stage, project_name, indicator_name, target_text, amount_yuan,
    unit_cost_yuan, count_unit, page, row, box
FROM unit_cost
WHERE $chosen
    AND document_key BETWEEN $first AND $last -- if $first
    AND $said_of_cost -- if $words
ORDER BY
    indicator_name, unit_cost_yuan DESC NULLS LAST, -- if $words
    fiscal_year DESC NULLS LAST, document_key, project_no, indicator_no
