SELECT DISTINCT asked_key, unnest(addresses) AS address
FROM (
    SELECT surrogate_key(list(address ORDER BY address)) AS asked_key, list(address) AS addresses
    FROM staged_unchanged
    GROUP BY department_id, source_address
)
