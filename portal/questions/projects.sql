-- Projects in force; each of the words may stand in the name, the goal or an indicator. What counts no second time is left out, not
-- what counts looked for: of that there is little.
SELECT project.document_key, project.project_no, document.fiscal_year, project.amount_yuan
FROM searched_project AS project
JOIN document USING (document_key)
SEMI JOIN ($holding) AS holding USING (project_number) -- if $words
ANTI JOIN (SELECT document_key, project_no FROM counted_project WHERE NOT is_counted) AS elsewhere USING (document_key, project_no)
WHERE $chosen
    AND (document_key, project_no) IN (SELECT (document_key, project_no) FROM fact_project_budget WHERE funding_source = $funding AND amount_yuan <> 0) -- if $funding
    AND project.amount_yuan >= $minimum -- if $minimum
    AND project.amount_yuan <= $maximum -- if $maximum
ORDER BY document.fiscal_year DESC NULLS LAST, project.amount_yuan DESC NULLS LAST, project.document_key, project.project_no
-- shown:
SELECT
    shown.document_key, shown.project_no, document.department_id, document.department_name, document.fiscal_year, document.stage,
    project.project_name, project.amount_yuan, project.unit_name, counted.fiscal_appropriation_yuan, project.goal, project.page, project.row,
    project.box, project.table_no
FROM shown
JOIN document USING (document_key)
JOIN fact_project AS project USING (document_key, project_no)
JOIN counted_project AS counted USING (document_key, project_no)
ORDER BY document.fiscal_year DESC NULLS LAST, project.amount_yuan DESC NULLS LAST, shown.document_key, shown.project_no
