-- The problems of one department that a letter asks it to see to: not the doubts of this program, which are no mistake of anybody.
-- Muted is what people set aside beyond the night that published this copy, as its digests count it.
SELECT
    severity, rule, fiscal_year, stage, label, CASE $lang WHEN 'en' THEN message_en ELSE message_zh END AS message,
    CASE $lang WHEN 'en' THEN remedy_en ELSE remedy_zh END AS remedy, published_text, coalesce(file_name, address) AS file_name, document_key,
    page, row, box, $finding_table AS table_no,
    coalesce(muted_until > (
        SELECT (max(started_at) AT TIME ZONE 'UTC' AT TIME ZONE 'Asia/Shanghai')::DATE FROM load_run
    ), false) AS is_muted
FROM quality
JOIN (SELECT fingerprint, muted_until FROM quality_issue) AS issue USING (fingerprint)
WHERE department_id = $department AND NOT is_for_maintainers AND ($year IS NULL OR fiscal_year = $year) AND ($stage IS NULL OR stage = $stage)
    AND ($severity IS NULL OR severity = $severity) AND ($rule IS NULL OR rule = $rule)
ORDER BY
    list_position(['critical', 'warning', 'info'], severity), fiscal_year DESC NULLS LAST, stage, file_name, page NULLS FIRST,
    row NULLS FIRST, rule, finding_key
