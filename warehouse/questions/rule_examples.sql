-- Some problems that a rule found and that stand, of as many departments as there are.
SELECT department_name AS department, fiscal_year AS year, message_zh, message_en, address, page, row
FROM quality
WHERE rule = $rule
QUALIFY row_number() OVER (PARTITION BY department_id ORDER BY first_seen_at DESC, fingerprint) = 1
ORDER BY first_seen_at DESC, fingerprint
LIMIT $row_limit
