-- Performance targets in force.
SELECT
    document_key, project_no, department_id, department_name, fiscal_year, stage, project_name, level1, level2, indicator_name, target_text,
    kind, page, row, box, (
        SELECT place.table_no
        FROM fact_project AS place
        WHERE place.document_key = indicator.document_key AND place.project_no = indicator.project_no
    ) AS table_no
FROM indicator
WHERE $chosen AND ($words IS NULL OR contains(lower(concat_ws(' ', project_name, indicator_name, target_text)), lower($words)))
ORDER BY fiscal_year DESC NULLS LAST, document_key, project_no, indicator_no
