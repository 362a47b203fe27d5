-- Each department with what there is of it.
SELECT
    department_id, max_by(department_name, coalesce(fiscal_year, 9999)) AS department_name,
    max_by(region_name, coalesce(fiscal_year, 9999)) AS region_name, min(fiscal_year) AS first_year, max(fiscal_year) AS last_year,
    sum(document_count)::BIGINT AS document_count, sum(project_count)::BIGINT AS project_count, (
        SELECT count(*)
        FROM quality
        WHERE quality.department_id = department_year.department_id
    ) AS finding_count
FROM department_year
WHERE $chosen
GROUP BY department_id
ORDER BY region_name, department_name, department_id
