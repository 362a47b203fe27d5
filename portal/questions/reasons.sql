-- Why what was chosen is not complete: each reason with the departments and years that it concerns.
SELECT
    fiscal_year, stage, CASE $lang WHEN 'en' THEN name.incomplete_reason_en ELSE name.incomplete_reason_zh END AS reason,
    count(*) AS concerned_count, sum(why.amount_yuan) AS quarantined_yuan
FROM incomplete_reason AS why
JOIN dim_incomplete_reason AS name ON name.incomplete_reason = why.reason
JOIN (SELECT DISTINCT department_id, department_name, region_code FROM department_year) AS department USING (department_id)
WHERE $chosen
GROUP BY ALL
ORDER BY fiscal_year DESC NULLS LAST, stage, concerned_count DESC, reason
