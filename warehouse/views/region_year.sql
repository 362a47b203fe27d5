-- What departments state, added up: by region, and once more over all regions, where region_code is blank. Departments pay each other, so
-- that such a sum is not what a region spends. Beside it stand how many state each figure and why what they published is not complete.
WITH why AS (
    SELECT
        department.region_code, reason.fiscal_year, reason.stage, reason.reason, count(*) AS department_count, sum(reason.count) AS count,
        CASE WHEN count(*) = count(reason.amount_yuan) THEN sum(reason.amount_yuan) END AS amount_yuan
    FROM incomplete_reason AS reason
    JOIN dim_department AS department ON department.department_id = reason.department_id AND <department in reason.fiscal_year>
    GROUP BY GROUPING SETS (
        (department.region_code, reason.fiscal_year, reason.stage, reason.reason), (reason.fiscal_year, reason.stage, reason.reason)
    )
),
reasons AS (
    SELECT
        told.region_code, told.fiscal_year, told.stage,
        list(<told_en> || ' (departments: ' || told.department_count || ')' ORDER BY told.department_count DESC, told.reason) AS in_english,
        list(<told_zh> || '（' || told.department_count || ' 个部门）' ORDER BY told.department_count DESC, told.reason) AS in_chinese
    FROM why AS told
    JOIN dim_incomplete_reason AS words ON words.incomplete_reason = told.reason
    GROUP BY told.region_code, told.fiscal_year, told.stage
),
sums AS (
    SELECT
        region_code, any_value(region_name) AS region_name, fiscal_year, stage, count(*) AS department_count,
        count(*) FILTER (NOT is_complete) AS incomplete_count,
        CAST(sum(<figure>_yuan) AS DECIMAL(38, 2)) AS <figure>_yuan, count(<figure>_yuan) AS <figure>_count,
        CAST(sum(project_count) AS BIGINT) AS project_count, CAST(sum(project_sum_yuan) AS DECIMAL(38, 2)) AS project_sum_yuan
    FROM department_year
    GROUP BY GROUPING SETS ((region_code, fiscal_year, stage), (fiscal_year, stage))
)
SELECT
    sums.region_code, CASE WHEN sums.region_code IS NOT NULL THEN sums.region_name END AS region_name, sums.fiscal_year, sums.stage,
    sums.department_count, sums.incomplete_count,
    sums.<figure>_yuan, sums.<figure>_count,
    sums.project_count, sums.project_sum_yuan, coalesce(reasons.in_english, []) AS incomplete_reasons,
    coalesce(reasons.in_chinese, []) AS incomplete_reasons_zh
FROM sums
LEFT JOIN reasons
    ON reasons.region_code IS NOT DISTINCT FROM sums.region_code AND reasons.fiscal_year IS NOT DISTINCT FROM sums.fiscal_year
    AND reasons.stage IS NOT DISTINCT FROM sums.stage
