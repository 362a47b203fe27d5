-- The documents whose rows this batch put in, replaced or corrected.
SELECT this_run.run_key, document_key, 'read' AS change
FROM (
    SELECT document_key FROM loaded
    UNION SELECT document_key FROM arrived WHERE is_reread AND NOT is_kept
    UNION SELECT document_key FROM corrected
)
CROSS JOIN this_run
