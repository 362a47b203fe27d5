-- The documents of the undecided departments: those that counted before, and those that count now.
SELECT this_run.run_key, document_key, 'counted' AS change
FROM (
    SELECT document_key FROM decided_document
    UNION
    SELECT counted.document_key
    FROM counted_document AS counted
    JOIN dim_document AS version ON version.document_key = counted.version_key
    SEMI JOIN undecided_department ON undecided_department.department_id = version.department_id
)
CROSS JOIN this_run
