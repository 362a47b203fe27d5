-- How many rows each document has in the views that go document by document: who shows a part of them knows where it begins.
WITH size AS (
    SELECT document_key, count(*) AS project_count FROM project GROUP BY document_key
    UNION ALL BY NAME
    SELECT document_key, count(*) AS indicator_count, count(*) FILTER (kind = 'quantitative') AS quantitative_count FROM indicator GROUP BY document_key
    UNION ALL BY NAME
    SELECT document_key, count(*) AS unit_cost_count FROM unit_cost GROUP BY document_key
    UNION ALL BY NAME
    SELECT document_key, count(*) AS line_count FROM budget_line GROUP BY document_key
)
SELECT
    document_key, CAST(coalesce(sum(project_count), 0) AS BIGINT) AS project_count,
    CAST(coalesce(sum(indicator_count), 0) AS BIGINT) AS indicator_count,
    CAST(coalesce(sum(quantitative_count), 0) AS BIGINT) AS quantitative_count,
    CAST(coalesce(sum(unit_cost_count), 0) AS BIGINT) AS unit_cost_count, CAST(coalesce(sum(line_count), 0) AS BIGINT) AS line_count
FROM size
GROUP BY document_key
