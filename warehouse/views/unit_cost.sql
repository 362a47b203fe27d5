-- Only targets that count something: those of output, in a unit that is neither money nor a share, a mark or a time, without an upper
-- bound. 36 万人次 are 360,000 人次. What a project pays beside the thing counted is in its amount too: `count_target_count` tells. It is
-- counted by all columns by which people ask, so that a question about one department reads what is its own.
WITH counted AS (
    SELECT
        *, TRY_CAST(value * CASE left(unit, 1) WHEN '万' THEN 10000 WHEN '亿' THEN 100000000 ELSE 1 END AS DECIMAL(28, 8)) AS target_count,
        regexp_replace(unit, '^[万亿](.)', '\1') AS count_unit
    FROM indicator
    WHERE kind = 'quantitative' AND operator IN ('=', '>=', '>') AND value > 0 AND NOT regexp_matches(unit, '<no_counts>')
        AND coalesce(level1, '') SIMILAR TO '(.*产出.*)?' AND coalesce(level2, '') SIMILAR TO '(.*(数量|产出).*)?'
)
SELECT
    counted.document_key, counted.project_no, counted.indicator_no, counted.project_key, counted.department_id, counted.department_name,
    counted.region_code, counted.region_name, counted.fiscal_year, counted.stage, counted.project_name, counted.unit_name,
    counted.indicator_name, counted.operator, counted.target_count, counted.count_unit, project.amount_yuan,
    TRY_CAST(round(project.amount_yuan / counted.target_count, 4) AS DECIMAL(18, 4)) AS unit_cost_yuan,
    count(*) OVER (
        PARTITION BY
            counted.document_key, counted.project_no, counted.department_id, counted.department_name, counted.region_code,
            counted.fiscal_year, counted.stage
    ) AS count_target_count,
    counted.target_text, counted.address, counted.file_name, counted.page, counted.row, counted.box
FROM counted
JOIN fact_project AS project ON project.document_key = counted.document_key AND project.project_no = counted.project_no
WHERE project.amount_yuan IS NOT NULL AND counted.target_count IS NOT NULL
