-- What counts: versions in force, and what was taken down as it was last published; what moved counts where it is now, what is
-- misplaced for nobody; an archive is none itself, the documents in it are. The department's and the region's names are today's; those of an earlier period are in dim_department.
-- A file with the bytes of another one stands for the same content: one in force goes before one that is not, then the address
-- that was loaded before its copies.
SELECT
    original.document_key, version.department_id, department.department_name, department.region_code, region.region_name,
    version.fiscal_year, version.fiscal_year_source, version.stage, version.stage_source, version.document_id AS address,
    version.file_name, version.format, version.page_count, version.sha256, version.version_no, version.pulled_at, version.valid_from,
    coalesce(judged.standing, 'in_force') AS standing, coalesce(judged.is_own_unit, false) AS is_own_unit, judged.stated_body
FROM dim_document AS version
JOIN dim_document AS original ON original.document_key = coalesce(version.duplicate_of_key, version.document_key)
JOIN dim_department AS department ON department.department_id = version.department_id AND department.is_current
LEFT JOIN dim_region AS region ON region.region_code = department.region_code
LEFT JOIN document_standing AS judged ON judged.document_id = version.document_id
WHERE
    version.is_current AND version.format IS DISTINCT FROM 'zip' AND coalesce(judged.standing, 'in_force') NOT IN ('moved', 'misplaced')
QUALIFY row_number() OVER (
    PARTITION BY original.document_key
    ORDER BY
        coalesce(judged.standing, 'in_force') = 'withdrawn', version.document_id = original.document_id DESC, version.pulled_at,
        version.document_id
) = 1
