-- The departments of which this batch changed a document, what its address answers, or what its list or page says of it: what counts of
-- them is to be decided. The same bytes may stand behind an address of another department, which counts them or does not; what took the
-- place of a file may be another department's by now.
INSERT INTO undecided_department
WITH RECURSIVE changed AS (
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
    UNION
    SELECT pull.address
    FROM fact_pull AS pull
    SEMI JOIN this_run USING (run_key)
    ANTI JOIN (FROM fact_pull ANTI JOIN this_run USING (run_key)) AS known
        ON known.document_key = pull.document_key
        AND (known.publication_title, known.file_name, known.published_date, known.page_address)
            IS NOT DISTINCT FROM (pull.publication_title, pull.file_name, pull.published_date, pull.page_address)
    WHERE coalesce(pull.publication_title, pull.file_name, pull.published_date::VARCHAR, pull.page_address) IS NOT NULL
    UNION
    SELECT judged.successor_id
    FROM document_standing AS judged
    JOIN changed ON changed.document_id = judged.document_id
    WHERE judged.successor_id IS NOT NULL
)
SELECT DISTINCT department_id
FROM dim_document
WHERE sha256 IN (SELECT sha256 FROM dim_document SEMI JOIN changed USING (document_id))
