-- Each exemption, for every department in which it excuses something, and in any case for one of those it is for.
WITH judged AS (
    SELECT as_of_date FROM load_run ORDER BY started_at DESC LIMIT 1
),
meant AS (
    SELECT adjustment.*, department.department_id AS own_department_id, department.department_name
    FROM rule_adjustment AS adjustment
    JOIN dim_department AS department
        ON department.is_current AND coalesce(adjustment.department_id, department.department_id) = department.department_id
        AND starts_with(department.region_code, regexp_replace(coalesce(adjustment.region_code, ''), '(00){1,2}$', ''))
    WHERE adjustment.adjustment_kind = 'exemption'
),
covered AS (
    SELECT adjustment_no, department_id, count(DISTINCT fingerprint) AS problem_count
    FROM adjusted_finding
    WHERE adjustment_kind = 'exemption'
    GROUP BY ALL
)
SELECT
    CASE WHEN meant.until_date < judged.as_of_date THEN 'fail' ELSE 'pass' END AS status, NULL AS reason,
    meant.own_department_id AS department_id, meant.fiscal_year, meant.stage, NULL AS document_key, 'exemption' AS subject,
    concat_ws(
        ' ', meant.rule_title_zh, meant.region_code, CASE WHEN meant.department_id IS NOT NULL THEN meant.department_name END,
        meant.fiscal_year || '年', CASE meant.stage WHEN 'budget' THEN '预算' WHEN 'final' THEN '决算' END, meant.until_date
    ) AS label,    -- finance reads it
    meant.until_date::VARCHAR AS expected, judged.as_of_date::VARCHAR AS actual, meant.adjustment_reason AS published_text, NULL AS page,
    NULL AS row, meant.rule_title_zh, meant.rule_title_en, meant.adjustment_reason AS excuse, meant.until_date,
    coalesce(covered.problem_count, 0) AS problem_count
FROM meant
CROSS JOIN judged
LEFT JOIN covered ON covered.adjustment_no = meant.adjustment_no AND covered.department_id = meant.own_department_id
QUALIFY covered.problem_count > 0
    OR row_number() OVER (PARTITION BY meant.adjustment_no ORDER BY covered.problem_count DESC NULLS LAST, meant.own_department_id) = 1
