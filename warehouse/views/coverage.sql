-- Due dates are judged against the date of the latest run, so that the same copy gives the same answer on any day.
-- A file that cannot be read may be the one that is due unless it is known to be of another year or stage.
WITH judged AS (
    SELECT as_of_date FROM load_run ORDER BY started_at DESC LIMIT 1
),
published AS (
    SELECT
        department_id, fiscal_year, stage,
        first(document_key ORDER BY valid_from DESC, address) AS document_key, first(address ORDER BY valid_from DESC, address) AS address
    FROM document
    GROUP BY department_id, fiscal_year, stage
)
SELECT
    duty.department_id, department.department_name, department.region_code, region.region_name, duty.fiscal_year, duty.stage,
    duty.due_date, judged.as_of_date,
    CASE
        WHEN published.document_key IS NOT NULL THEN 'published'
        WHEN unreadable.document_key IS NOT NULL THEN 'unreadable'
        WHEN duty.due_date >= judged.as_of_date THEN 'not_due'
        ELSE 'not_published'
    END AS status,
    coalesce(published.document_key, unreadable.document_key) AS document_key,
    coalesce(published.address, unreadable.address) AS address
FROM dim_publication_duty AS duty
JOIN dim_department AS department ON department.department_id = duty.department_id AND <department in duty.fiscal_year>
LEFT JOIN dim_region AS region ON region.region_code = department.region_code
CROSS JOIN judged
LEFT JOIN published
    ON published.department_id = duty.department_id AND published.fiscal_year = duty.fiscal_year AND published.stage = duty.stage
LEFT JOIN unreadable_document AS unreadable
    ON unreadable.department_id = duty.department_id
    AND coalesce(unreadable.fiscal_year, duty.fiscal_year) = duty.fiscal_year
    AND coalesce(unreadable.stage, duty.stage) = duty.stage
WHERE duty.is_active
QUALIFY row_number() OVER (PARTITION BY duty.department_id, duty.fiscal_year, duty.stage ORDER BY unreadable.address) = 1
