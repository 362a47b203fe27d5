-- Documents whose address serves them, which state a department or whose address has a year in the catalogue. A name that leads
-- nowhere is `unknown-department`: only one that is certainly another's is told here. What is amiss is the publication for which the
-- address stands: the problem is of the catalogue's year and stage, whatever the file states.
WITH judged AS (
    SELECT
        version.*, source.department_name AS source_name, standing.standing,
        coalesce(meant.department_name, version.published_department_name) AS stated_name,
        coalesce(standing.is_anothers, false) AS is_anothers,
        version.fiscal_year_source = 'document' AND version.catalogue_fiscal_year IS NOT NULL AS has_years
    FROM dim_document AS version
    SEMI JOIN department_to_check ON department_to_check.department_id = version.department_id
    JOIN document_standing AS standing ON standing.document_id = version.document_id
    JOIN dim_department AS source ON source.department_id = version.department_id AND source.is_current
    LEFT JOIN dim_department AS meant ON meant.department_id = standing.stated_department_id AND meant.is_current
    WHERE version.is_current AND standing.standing IN ('in_force', 'missing', 'misplaced')
)
SELECT
    CASE WHEN standing = 'misplaced' THEN 'fail'
         WHEN has_years OR published_department_name IS NOT NULL THEN 'pass' ELSE 'not_applicable' END AS status,
    CASE WHEN NOT coalesce(has_years, false) AND published_department_name IS NULL THEN 'nothing-stated' END AS reason,
    department_id, coalesce(catalogue_fiscal_year, fiscal_year) AS fiscal_year, coalesce(catalogue_stage, stage) AS stage, document_key,
    'document' AS subject, document_id AS label,
    CASE WHEN is_anothers THEN published_department_name ELSE judged.fiscal_year::VARCHAR END AS expected,
    CASE WHEN is_anothers THEN source_name ELSE catalogue_fiscal_year::VARCHAR END AS actual,
    published_department_name AS published_text, NULL AS page, NULL AS row, coalesce(file_name, document_id) AS file_name,
    CASE WHEN is_anothers THEN '另一个部门“' || stated_name || '”' ELSE ' ' || judged.fiscal_year || ' 年' END AS stated_zh,
    CASE WHEN is_anothers THEN 'another department, ' || stated_name ELSE 'the year ' || judged.fiscal_year END AS stated_en,
    CASE WHEN is_anothers THEN '“' || source_name || '”' ELSE ' ' || catalogue_fiscal_year || ' 年' END AS own_zh,
    CASE WHEN is_anothers THEN source_name ELSE 'the year ' || catalogue_fiscal_year END AS own_en
FROM judged
