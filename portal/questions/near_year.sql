-- The years that there are, those that are next to what was asked for first.
SELECT fiscal_year::VARCHAR
FROM (SELECT DISTINCT fiscal_year FROM department_year WHERE fiscal_year IS NOT NULL)
ORDER BY abs(fiscal_year - $near), fiscal_year
LIMIT $most
