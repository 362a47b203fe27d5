-- A document belongs to its department as that was in the document's fiscal year.
UPDATE dim_document AS version
SET department_key = department.department_key
FROM dim_department AS department
WHERE department.department_id = version.department_id AND <department in version.fiscal_year>
    AND department.department_key <> version.department_key
