-- How many rows a list has in all.
SELECT coalesce(sum(COLUMNS($counted)), 0)::BIGINT
FROM document
JOIN document_size USING (document_key)
WHERE $chosen
