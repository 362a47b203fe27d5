-- What one of what a target counts costs; of some words, the dearest first of each indicator.
SELECT
    project.document_key, project.project_no, cost.indicator_no, document.fiscal_year, cost.indicator_name, cost.unit_cost_yuan, cost.count_unit
FROM (
    FROM searched_unit_cost AS cost
    WHERE $said_of_cost -- if $words
) AS cost
JOIN searched_project AS project USING (project_number)
JOIN document USING (document_key)
ANTI JOIN (SELECT document_key, project_no FROM counted_project WHERE NOT is_counted) AS elsewhere USING (document_key, project_no)
WHERE $chosen
    AND project.document_key BETWEEN $first AND $last -- if $first
ORDER BY
    cost.indicator_name, cost.unit_cost_yuan DESC NULLS LAST, -- if $words
    document.fiscal_year DESC NULLS LAST, project.document_key, project.project_no, cost.indicator_no
-- shown:
SELECT
    shown.document_key, shown.project_no, document.department_id, document.department_name, document.fiscal_year, document.stage,
    project.project_name, shown.indicator_name, target.target_text, project.amount_yuan, shown.unit_cost_yuan, shown.count_unit, target.page,
    target.row, target.box
FROM shown
JOIN document USING (document_key)
JOIN fact_project AS project USING (document_key, project_no)
JOIN fact_performance_target AS target USING (document_key, project_no, indicator_no)
ORDER BY
    shown.indicator_name, shown.unit_cost_yuan DESC NULLS LAST, -- if $words
    shown.fiscal_year DESC NULLS LAST, shown.document_key, shown.project_no, shown.indicator_no
