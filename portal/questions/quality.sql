-- The problems that stand.
SELECT *
FROM quality
WHERE $chosen
    AND severity = $severity -- if $severity
    AND rule = $rule -- if $rule
ORDER BY
    list_position(['critical', 'warning', 'info'], severity), fiscal_year DESC NULLS LAST, department_name, rule, fingerprint, document_key,
    finding_key
-- shown:
SELECT
    severity, rule, fingerprint, state, department_id, department_name, fiscal_year, stage,
    CASE $lang WHEN 'en' THEN message_en ELSE message_zh END AS message, CASE $lang WHEN 'en' THEN remedy_en ELSE remedy_zh END AS remedy,
    expected, actual, difference, published_text, document_key, page, row, box, first_seen_at, $finding_table AS table_no
FROM shown AS quality
ORDER BY
    list_position(['critical', 'warning', 'info'], severity), fiscal_year DESC NULLS LAST, department_name, rule, fingerprint, document_key,
    finding_key
