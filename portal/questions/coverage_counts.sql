-- How many of what is due was published, late or not at all.
SELECT status, count(*) AS duty_count
FROM coverage
WHERE $chosen
GROUP BY status
ORDER BY duty_count DESC, status
