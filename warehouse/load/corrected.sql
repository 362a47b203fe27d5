-- Documents that did not change and whose address the catalogue gives another year or stage than before. Only the newest version:
-- an older one was of the year that the catalogue gave then. Sources that meet the same file and disagree correct nothing.
CREATE OR REPLACE TEMP TABLE corrected AS
WITH told AS (
    SELECT address, department_id, any_value(fiscal_year) AS fiscal_year, any_value(stage) AS stage, any_value(stated_department) AS stated_department
    FROM staged_pulled
    GROUP BY address, department_id
    HAVING count(DISTINCT (coalesce(fiscal_year, 0), coalesce(stage, ''), coalesce(stated_department, ''))) = 1 AND bool_and(outcome = 'unchanged')
)
SELECT
    version.document_key, told.fiscal_year AS catalogue_fiscal_year, told.stage AS catalogue_stage,
    told.stated_department AS catalogue_department_name,
    CASE WHEN version.fiscal_year_source = 'document' THEN version.fiscal_year ELSE told.fiscal_year END AS fiscal_year,
    CASE WHEN version.fiscal_year_source = 'document' THEN 'document' WHEN told.fiscal_year IS NOT NULL THEN 'catalogue' END
        AS fiscal_year_source,
    CASE WHEN version.stage_source = 'document' THEN version.stage ELSE told.stage END AS stage,
    CASE WHEN version.stage_source = 'document' THEN 'document' WHEN told.stage IS NOT NULL THEN 'catalogue' END AS stage_source
FROM told
JOIN (
    SELECT * FROM dim_document SEMI JOIN told ON told.address = dim_document.document_id
    QUALIFY version_no = max(version_no) OVER (PARTITION BY document_id)
) AS version ON version.document_id = told.address AND version.department_id = told.department_id
WHERE (version.catalogue_fiscal_year, version.catalogue_stage, version.catalogue_department_name)
    IS DISTINCT FROM (told.fiscal_year, told.stage, told.stated_department)
