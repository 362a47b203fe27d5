-- A document that moved takes the problems of the whole document with it: they are known by its address, those of its rows are not.
UPDATE fact_finding AS finding
SET fingerprint = moved.fingerprint,
    finding_key = surrogate_key([
        moved.fingerprint, finding.document_key::VARCHAR, finding.subject, finding.subject_no::VARCHAR, finding.finding_no::VARCHAR
    ])
FROM (
    WITH successor AS (
        SELECT document_id, successor_id FROM document_standing WHERE standing = 'moved'
        UNION
        -- What cannot be read has no lines to compare: the same bytes are the same document.
        SELECT gone.document_id, present.document_id
        FROM dim_document AS gone
        JOIN document_standing AS judged ON judged.document_id = gone.document_id AND judged.standing IN ('missing', 'withdrawn')
        JOIN dim_document AS present
            ON present.sha256 = gone.sha256 AND present.department_id = gone.department_id AND present.document_id <> gone.document_id
        JOIN document_standing AS there ON there.document_id = present.document_id AND there.standing = 'in_force'
    )
    SELECT its.finding_key, min(own.fingerprint) AS fingerprint
    FROM successor
    JOIN dim_document AS before ON before.document_id = successor.document_id
    JOIN dim_document AS after ON after.document_id = successor.successor_id
    JOIN fact_finding AS own ON own.document_key = before.document_key AND own.subject = 'document' AND own.subject_no IS NOT NULL
    JOIN fact_finding AS its
        ON its.document_key = after.document_key AND its.subject = 'document' AND its.subject_no IS NOT NULL
        AND (its.rule, its.fiscal_year, its.stage) IS NOT DISTINCT FROM (own.rule, own.fiscal_year, own.stage)
    GROUP BY its.finding_key
) AS moved
WHERE moved.finding_key = finding.finding_key AND moved.fingerprint <> finding.fingerprint
