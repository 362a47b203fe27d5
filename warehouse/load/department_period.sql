-- What each department of the catalogue was in which fiscal years: its former names one after the other, each from the year after the one
-- before it, then today's. Nothing is known of a year that none covers: the next one holds for it. Of several names until the same year the
-- longest holds, the others are short for it.
CREATE OR REPLACE TEMP TABLE department_period AS
WITH named AS (
    SELECT department_id, department_name, region_code, last_year, true AS is_current FROM staged_department
    UNION ALL
    FROM (
        SELECT former.department_id, former.alias, coalesce(former.region_code, present.region_code), former.last_year, false
        FROM staged_department_alias AS former
        JOIN staged_department AS present ON present.department_id = former.department_id
        WHERE former.last_year IS NOT NULL
        QUALIFY row_number() OVER (PARTITION BY former.department_id, former.last_year ORDER BY length(former.alias) DESC, former.alias) = 1
    )
)
SELECT *, lag(last_year) OVER (PARTITION BY department_id ORDER BY is_current, last_year) + 1 AS first_year
FROM named
