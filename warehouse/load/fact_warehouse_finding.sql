SELECT
    fingerprint(rule, department_id, fiscal_year, stage, label) AS fingerprint, this_run.run_key, 1 AS finding_no,
    NULL AS subject_no, NULL AS box, NULL AS words, finding.*
FROM staged_warehouse_finding AS finding
CROSS JOIN this_run
