-- Only targets that count something: those of output, in a unit that is neither money nor a share, a mark or a time, without an upper
-- bound. 36 万人次 are 360,000 人次. What a project pays beside the thing counted is in its amount too: `count_target_count` tells. (As a
-- window it took ten times as long.)
SELECT
    target.document_key, target.project_no, target.indicator_no, target.project_key, document.department_id,
    document.department_name, document.region_code, document.region_name, document.fiscal_year, document.stage, project.project_name,
    project.unit_name, dim_indicator.indicator_name, target.operator,
    TRY_CAST(
        target.value * CASE left(target.unit, 1) WHEN '万' THEN 10000 WHEN '亿' THEN 100000000 ELSE 1 END AS DECIMAL(28, 8)
    ) AS target_count,
    regexp_replace(target.unit, '^[万亿](.)', '\1') AS count_unit, project.amount_yuan,
    TRY_CAST(round(project.amount_yuan / target_count, 4) AS DECIMAL(18, 4)) AS unit_cost_yuan,
    (
        SELECT count(*)
        FROM fact_performance_target AS beside
        JOIN dim_indicator AS its ON its.indicator_key = beside.indicator_key
        WHERE beside.document_key = target.document_key AND beside.project_no = target.project_no AND beside.kind = 'quantitative'
            AND beside.operator IN ('=', '>=', '>') AND beside.value > 0 AND NOT regexp_matches(beside.unit, '<no_counts>')
            AND (its.level1 IS NULL OR contains(its.level1, '产出')) AND (its.level2 IS NULL OR regexp_matches(its.level2, '数量|产出'))
    ) AS count_target_count,
    target.target_text, document.address, document.file_name, target.page, target.row, target.box
FROM fact_performance_target AS target
JOIN document ON document.document_key = target.document_key
JOIN fact_project AS project ON project.document_key = target.document_key AND project.project_no = target.project_no
JOIN counted_project AS counted
    ON counted.document_key = target.document_key AND counted.project_no = target.project_no AND counted.is_counted
JOIN dim_indicator ON dim_indicator.indicator_key = target.indicator_key
WHERE target.kind = 'quantitative' AND target.operator IN ('=', '>=', '>') AND target.value > 0
    AND project.amount_yuan IS NOT NULL AND NOT regexp_matches(target.unit, '<no_counts>')
    AND (dim_indicator.level1 IS NULL OR contains(dim_indicator.level1, '产出'))
    AND (dim_indicator.level2 IS NULL OR regexp_matches(dim_indicator.level2, '数量|产出')) AND target_count IS NOT NULL
