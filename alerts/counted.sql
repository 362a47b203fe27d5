-- How much news each audience has, by department, kind and severity.
SELECT audience_id, department_name, news, grade, count(*) FROM news GROUP BY ALL
