-- The department's and the region's names are today's; the names of an earlier period are in dim_department.
-- A file with the bytes of another one stands for the same content: the address that was loaded goes before its copies.
SELECT
    original.document_key, version.department_id, department.department_name, department.region_code, region.region_name,
    version.fiscal_year, version.fiscal_year_source, version.stage, version.stage_source, version.document_id AS address,
    version.file_name, version.format, version.page_count, version.sha256, version.version_no, version.pulled_at, version.valid_from
FROM dim_document AS version
JOIN dim_document AS original ON original.document_key = coalesce(version.duplicate_of_key, version.document_key)
JOIN dim_department AS department ON department.department_id = version.department_id AND department.is_current
LEFT JOIN dim_region AS region ON region.region_code = department.region_code
WHERE version.is_current
QUALIFY row_number() OVER (
    PARTITION BY original.document_key
    ORDER BY version.document_id = original.document_id DESC, version.pulled_at, version.document_id
) = 1
