SELECT
    target.document_key, target.project_no, target.indicator_no, target.project_key, target.indicator_key, project.department_id,
    project.department_name, project.region_code, project.region_name, project.fiscal_year, project.stage, project.project_name,
    project.unit_name, dim_indicator.level1, dim_indicator.level2, dim_indicator.indicator_name, target.operator, target.value,
    target.value_high, target.unit, target.kind, target.target_text, project.address, project.file_name, target.page, target.row,
    target.box
FROM fact_performance_target AS target
JOIN project ON project.document_key = target.document_key AND project.project_no = target.project_no
JOIN dim_indicator ON dim_indicator.indicator_key = target.indicator_key
