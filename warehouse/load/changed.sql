-- The departments of which this batch changed a document, or what its address answers: what counts of them is to be decided. The
-- same bytes may stand behind an address of another department, which counts them or does not.
INSERT INTO undecided_department
WITH changed AS (
    SELECT document_id FROM arrived
    UNION
    SELECT version.document_id FROM corrected JOIN dim_document AS version ON version.document_key = corrected.document_key
    UNION
    SELECT pulled.address
    FROM staged_pulled AS pulled
    LEFT JOIN document_standing AS judged ON judged.document_id = pulled.address
    WHERE CASE pulled.outcome
        WHEN 'unchanged' THEN coalesce(judged.standing NOT IN ('in_force', 'misplaced'), true)
        ELSE pulled.outcome NOT IN ('failed', 'blocked')
    END
)
SELECT DISTINCT department_id
FROM dim_document
WHERE sha256 IN (SELECT sha256 FROM dim_document SEMI JOIN changed USING (document_id))
