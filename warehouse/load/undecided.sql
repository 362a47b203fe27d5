-- Besides the departments of changed documents: all when another program decided what counts, and those with a duty that fell due.
INSERT INTO undecided_department
SELECT department_id FROM dim_department WHERE $is_other_program
UNION
SELECT coalesce(duty.department_id, known.department_id)
FROM (SELECT department_id, fiscal_year, stage FROM coverage WHERE status = 'not_published') AS duty
FULL JOIN (SELECT department_id, fiscal_year, stage FROM incomplete_reason WHERE reason = 'not-published') AS known
    USING (department_id, fiscal_year, stage)
WHERE duty.department_id IS NULL OR known.department_id IS NULL
