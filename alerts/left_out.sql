-- Documents of which this program is not sure: what is therefore in no sum. They are told when the run found it; a row that the
-- department has to mend as well is told as a problem of its own.
WITH doubted AS (
    SELECT
        document_key, count(*) AS row_count,
        CASE WHEN count(*) FILTER (subject = 'project') = count(amount) FILTER (subject = 'project')
            THEN sum(amount) FILTER (subject = 'project') END AS amount_yuan
    FROM (SELECT *, TRY_CAST(json_extract_string(record, '$.amount') AS DECIMAL(18, 2)) AS amount FROM quarantine)
    WHERE run_key = $run_key AND list_has_all($ours, string_split(reasons, ','))
    GROUP BY document_key
    UNION ALL
    SELECT document_key, NULL, NULL
    FROM dim_document
    WHERE run_key = $run_key AND outcome = 'failed' AND says_nothing_of_document(error_code)
)
SELECT
    department.audience_id, department.department_name, coalesce(version.file_name, version.document_id) AS file_name,
    doubted.row_count, doubted.amount_yuan
FROM doubted
JOIN dim_document AS version ON version.document_key = doubted.document_key
JOIN dim_department AS department ON department.department_id = version.department_id AND department.is_current
WHERE department.audience_id IS NOT NULL
ORDER BY department.audience_id, department.department_name, file_name
