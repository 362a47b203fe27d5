-- Joined with `document` itself and not through `project`: what is asked of few documents then reads the parts of the largest fact
-- that hold them.
SELECT
    target.document_key, target.project_no, target.indicator_no, target.project_key, document.department_id,
    document.department_name, document.region_code, document.region_name, document.fiscal_year, document.stage, project.project_name,
    project.unit_name, target.level1, target.level2, target.indicator_name, target.operator, target.value,
    target.value_high, target.unit, target.kind, target.target_text, document.address, document.file_name, target.page, target.row,
    target.box
FROM fact_performance_target AS target
JOIN document ON document.document_key = target.document_key
JOIN fact_project AS project ON project.document_key = target.document_key AND project.project_no = target.project_no
JOIN counted_project AS counted
    ON counted.document_key = target.document_key AND counted.project_no = target.project_no AND counted.is_counted
