SELECT
    this_run.run_key, department_id, source_address, surrogate_key(list(address ORDER BY address)) AS asked_key,
    count(*) AS address_count, min(pulled_at) AS pulled_at
FROM staged_unchanged
CROSS JOIN this_run
GROUP BY ALL
