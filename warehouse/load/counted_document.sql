-- What counts: versions in force, and what was taken down as it was last published; what moved counts where it is now, what is
-- misplaced for nobody; an archive is none itself, the documents in it are.
-- A file with the bytes of another one stands for the same content: one in force goes before one that is not, then the address
-- that was loaded before its copies.
SELECT
    original.document_key, version.document_key AS version_key
FROM dim_document AS version
JOIN dim_document AS original ON original.document_key = coalesce(version.duplicate_of_key, version.document_key)
LEFT JOIN document_standing AS judged ON judged.document_id = version.document_id
WHERE
    version.is_current AND version.format IS DISTINCT FROM 'zip' AND coalesce(judged.standing, 'in_force') NOT IN ('moved', 'misplaced')
    AND version.sha256 IN (SELECT sha256 FROM dim_document SEMI JOIN undecided_department USING (department_id))
QUALIFY row_number() OVER (
    PARTITION BY original.document_key
    ORDER BY
        coalesce(judged.standing, 'in_force') = 'withdrawn', version.document_id = original.document_id DESC, version.pulled_at,
        version.document_id
) = 1 AND version.department_id IN (FROM undecided_department)
