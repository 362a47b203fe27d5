-- The thresholds decided for the subjects that a rule speaks of (`checked`), the last decision last.
SELECT own.department_id, own.fiscal_year, own.stage, adjustment.adjustment_name, adjustment.adjustment_value
FROM (SELECT DISTINCT department_id, fiscal_year::INTEGER AS fiscal_year, stage::VARCHAR AS stage FROM checked) AS own
JOIN dim_department AS department ON department.department_id = own.department_id AND department.is_current
JOIN rule_adjustment AS adjustment
    ON adjustment.rule = $rule AND adjustment.adjustment_kind = 'threshold'
    AND starts_with(department.region_code, regexp_replace(coalesce(adjustment.region_code, ''), '(00){1,2}$', ''))
    AND coalesce(adjustment.department_id, own.department_id) = own.department_id
    AND coalesce(adjustment.fiscal_year, own.fiscal_year) IS NOT DISTINCT FROM own.fiscal_year
    AND coalesce(adjustment.stage, own.stage) IS NOT DISTINCT FROM own.stage
ORDER BY adjustment.adjustment_no
