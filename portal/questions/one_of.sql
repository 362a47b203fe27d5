-- Whether a relation has anything of what was chosen.
SELECT 1
FROM query_table($relation)
WHERE $chosen
LIMIT 1
