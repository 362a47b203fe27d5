-- A decision for a region is for all below it: 990100 for 990101. Exemptions are judged against the date of the latest run. A difference
-- of so many yuan (`tolerance_yuan`) that a bureau lets pass is excused as well, as long as the decision stands; the last one counts.
WITH judged AS (
    SELECT as_of_date FROM load_run ORDER BY started_at DESC LIMIT 1
)
SELECT
    finding.finding_key, finding.fingerprint, finding.department_id, adjustment.adjustment_no, adjustment.adjustment_kind,
    adjustment.adjustment_value, adjustment.adjustment_reason, adjustment.until_date,
    CASE adjustment.adjustment_kind WHEN 'threshold' THEN false ELSE adjustment.until_date < (SELECT as_of_date FROM judged) END AS is_expired
FROM fact_finding AS finding
JOIN dim_department AS department ON department.department_id = finding.department_id AND department.is_current
JOIN rule_adjustment AS adjustment
    ON adjustment.rule = finding.rule AND (adjustment.adjustment_kind <> 'threshold' OR adjustment.adjustment_name = 'tolerance_yuan')
    AND starts_with(department.region_code, regexp_replace(coalesce(adjustment.region_code, ''), '(00){1,2}$', ''))
    AND coalesce(adjustment.department_id, finding.department_id) = finding.department_id
    AND coalesce(adjustment.fiscal_year, finding.fiscal_year) IS NOT DISTINCT FROM finding.fiscal_year
    AND coalesce(adjustment.stage, finding.stage) IS NOT DISTINCT FROM finding.stage
QUALIFY adjustment.adjustment_kind <> 'threshold' OR (
    adjustment.adjustment_no = max(adjustment.adjustment_no) FILTER (adjustment.adjustment_kind = 'threshold') OVER (PARTITION BY finding.finding_key)
    AND abs(TRY_CAST(finding.difference AS DECIMAL(38, 2))) <= TRY_CAST(adjustment.adjustment_value AS DECIMAL(38, 2))
)
