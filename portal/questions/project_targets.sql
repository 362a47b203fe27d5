-- The targets of one project, with what one costs where they count something.
SELECT
    indicator.document_key, indicator.project_no, level1, level2, indicator.indicator_name, target_text, kind, cost.unit_cost_yuan, cost.count_unit, page,
    row, box
FROM indicator
LEFT JOIN searched_project AS searched ON searched.document_key = indicator.document_key AND searched.project_no = indicator.project_no
LEFT JOIN searched_unit_cost AS cost ON cost.project_number = searched.project_number AND cost.indicator_no = indicator.indicator_no
WHERE indicator.document_key = $document AND indicator.project_no = $project
ORDER BY indicator.indicator_no
