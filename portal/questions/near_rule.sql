-- The rules of the problems that stand which are called like a text that is no rule's name.
SELECT rule
FROM (SELECT DISTINCT rule FROM quality)
ORDER BY jaccard(rule, $near) DESC, rule
LIMIT $most
