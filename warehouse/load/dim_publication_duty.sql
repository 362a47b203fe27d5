-- What the catalogue no longer lists for a department is no duty any more; a department that is missing altogether may
-- only have a broken entry tonight, and keeps its duties.
SELECT department_id, fiscal_year, stage, due_date, true AS is_active
FROM staged_publication_duty
UNION ALL
SELECT known.department_id, known.fiscal_year, known.stage, known.due_date, false AS is_active
FROM dim_publication_duty AS known
SEMI JOIN staged_department AS staged ON staged.department_id = known.department_id
ANTI JOIN staged_publication_duty AS listed
    ON listed.department_id = known.department_id AND listed.fiscal_year = known.fiscal_year AND listed.stage = known.stage
