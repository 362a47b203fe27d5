-- Only targets that count something. 36 万人次 are 360,000 人次. What a project pays beside the thing counted is in its amount too:
-- `count_target_count` tells. CASE keeps DuckDB from testing every target before it looks for those of the documents asked for.
SELECT
    target.document_key, target.project_no, target.indicator_no, target.project_key, document.department_id,
    document.department_name, document.region_code, document.region_name, document.fiscal_year, document.stage, project.project_name,
    project.unit_name, target.indicator_name, target.operator,
    <target_count> AS target_count,
    <count_unit> AS count_unit, project.amount_yuan,
    <unit_cost_yuan> AS unit_cost_yuan,
    counted.count_target_count,
    target.target_text, document.address, document.file_name, target.page, target.row, target.box
FROM fact_performance_target AS target
JOIN document ON document.document_key = target.document_key
JOIN fact_project AS project ON project.document_key = target.document_key AND project.project_no = target.project_no
JOIN counted_project AS counted
    ON counted.document_key = target.document_key AND counted.project_no = target.project_no AND counted.is_counted
WHERE CASE WHEN <is_count> THEN project.amount_yuan IS NOT NULL AND target_count IS NOT NULL END
