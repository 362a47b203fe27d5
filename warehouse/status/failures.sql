-- What a run asked for in vain, and what came instead.
SELECT pull.outcome, department.department_name AS department, pull.message, pull.address, pull.http_status, pull.department_id
FROM fact_pull AS pull
LEFT JOIN dim_department AS department ON department.department_id = pull.department_id AND department.is_current
WHERE pull.run_key = $run_key AND pull.outcome NOT IN ('new', 'unchanged', 'gone')
ORDER BY department, pull.address
