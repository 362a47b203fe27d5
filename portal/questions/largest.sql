-- What the departments' tables state for the newest year and stage that were chosen: the largest ones, and all others together.
WITH stated AS (
    SELECT department_id, department_name, fiscal_year, stage, is_complete, expenditure_yuan
    FROM department_year
    WHERE expenditure_yuan > 0 AND $chosen
    QUALIFY dense_rank() OVER (ORDER BY fiscal_year DESC NULLS LAST, stage) = 1
), placed AS (
    SELECT *, row_number() OVER (ORDER BY expenditure_yuan DESC, department_id) AS place FROM stated
)
SELECT department_id, department_name, fiscal_year, stage, is_complete, expenditure_yuan, 1 AS department_count FROM placed WHERE place <= $most
UNION ALL
SELECT NULL, NULL, any_value(fiscal_year), any_value(stage), bool_and(is_complete), sum(expenditure_yuan), count(*)
FROM placed WHERE place > $most
HAVING count(*) > 0
ORDER BY expenditure_yuan DESC, department_id
