-- A name that the catalogue no longer lists leads to the department no more; a department that is missing altogether may only
-- have a broken entry tonight, and keeps its names.
SELECT DISTINCT department_id, alias, first_year, last_year, true AS is_active
FROM staged_department_alias
UNION ALL
SELECT known.department_id, known.alias, known.first_year, known.last_year, false AS is_active
FROM dim_department_alias AS known
SEMI JOIN staged_department AS staged ON staged.department_id = known.department_id
ANTI JOIN staged_department_alias AS listed
    ON listed.department_id = known.department_id AND listed.alias = known.alias
    AND listed.first_year IS NOT DISTINCT FROM known.first_year AND listed.last_year IS NOT DISTINCT FROM known.last_year
