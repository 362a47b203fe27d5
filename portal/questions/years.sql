-- What the departments' tables state in all, by year and stage, with how many state it and how many of these are not complete.
SELECT
    fiscal_year, stage, count(*) AS department_count, sum(expenditure_yuan) AS expenditure_yuan,
    count(expenditure_yuan) AS stated_count, sum(project_sum_yuan) AS project_sum_yuan,
    count(*) FILTER (NOT is_complete) AS incomplete_count
FROM department_year
WHERE $chosen
GROUP BY fiscal_year, stage
ORDER BY fiscal_year DESC NULLS LAST, stage
