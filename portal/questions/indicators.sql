-- Performance targets in force.
SELECT target.document_key, target.project_no, target.indicator_no, document.fiscal_year
FROM (
    FROM fact_performance_target AS target
    SEMI JOIN ($led_to) AS paired USING (document_key, project_no) -- if $led
    WHERE $said_of_target -- if $words
) AS target
JOIN document USING (document_key)
ANTI JOIN (SELECT document_key, project_no FROM counted_project WHERE NOT is_counted) AS elsewhere USING (document_key, project_no)
WHERE $chosen
    AND target.document_key BETWEEN $first AND $last -- if $first
ORDER BY document.fiscal_year DESC NULLS LAST, target.document_key, target.project_no, target.indicator_no
-- shown:
SELECT
    shown.document_key, shown.project_no, document.department_id, document.department_name, document.fiscal_year, document.stage,
    project.project_name, target.level1, target.level2, target.indicator_name, target.target_text, target.kind, target.page,
    target.row, target.box
FROM shown
JOIN document USING (document_key)
JOIN fact_performance_target AS target USING (document_key, project_no, indicator_no)
JOIN fact_project AS project USING (document_key, project_no)
ORDER BY document.fiscal_year DESC NULLS LAST, shown.document_key, shown.project_no, shown.indicator_no
