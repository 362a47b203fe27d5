-- The name that each document in force of undecided departments states, the name that the catalogue confirms for its address, whose source it comes from,
-- and the units that its projects name.
WITH named_unit AS (
    SELECT document_key, list(DISTINCT unit_name ORDER BY unit_name) AS units
    FROM fact_project
    WHERE unit_name IS NOT NULL
        AND document_key IN (
            SELECT coalesce(duplicate_of_key, document_key) FROM dim_document SEMI JOIN undecided_department USING (department_id)
        )
    GROUP BY document_key
)
SELECT
    version.document_key, version.published_department_name, version.catalogue_department_name, version.department_id,
    department.department_name, department.region_code, version.fiscal_year, version.file_name, coalesce(named_unit.units, []) AS units
FROM dim_document AS version
JOIN dim_department AS department ON department.department_id = version.department_id AND department.is_current
LEFT JOIN named_unit ON named_unit.document_key = coalesce(version.duplicate_of_key, version.document_key)
WHERE version.is_current AND version.document_id IN (
    SELECT document_id FROM dim_document SEMI JOIN undecided_department USING (department_id)
)
ORDER BY ALL
