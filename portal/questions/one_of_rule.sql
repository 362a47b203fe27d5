-- Whether a problem that stands is of a rule that this program does not know any more.
SELECT 1
FROM quality
WHERE rule = $rule
LIMIT 1
