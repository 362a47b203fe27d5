-- Which documents have some rows of a list that goes document by document, and how many rows stand before each.
SELECT document_key, (last - row_count)::BIGINT AS row_count_before
FROM (
    SELECT document_key, row_count, sum(row_count) OVER (ORDER BY fiscal_year DESC NULLS LAST, document_key) AS last
    FROM (SELECT document_key, fiscal_year, COLUMNS($counted) AS row_count FROM document JOIN document_size USING (document_key) WHERE $chosen)
)
WHERE last > $offset AND last - row_count < $offset + $limit
ORDER BY row_count_before
