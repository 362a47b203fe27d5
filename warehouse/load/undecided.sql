-- Besides the departments of changed documents: all when another program decided what counts.
INSERT INTO undecided_department
SELECT department_id FROM dim_department WHERE $is_other_program
