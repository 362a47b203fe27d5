-- What counts is decided with the night: see load/counted_document.sql. The department's name and region are those of the document's year.
SELECT
    counted.document_key, version.department_id, department.department_name, department.region_code, region.region_name,
    version.fiscal_year, version.fiscal_year_source, version.stage, version.stage_source, version.document_id AS address,
    version.file_name, version.format, version.page_count, version.sha256, version.version_no, version.pulled_at, version.valid_from,
    coalesce(judged.standing, 'in_force') AS standing, coalesce(judged.is_own_unit, false) AS is_own_unit, judged.stated_body
FROM counted_document AS counted
JOIN dim_document AS version ON version.document_key = counted.version_key
JOIN dim_department AS department ON department.department_key = version.department_key
LEFT JOIN dim_region AS region ON region.region_code = department.region_code
LEFT JOIN document_standing AS judged ON judged.document_id = version.document_id
