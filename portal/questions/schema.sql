-- The views and their columns, for whoever writes SQL.
SELECT view.view_name, view.comment AS view_comment, list(column_name || ' ' || data_type ORDER BY column_index) AS columns
FROM duckdb_views() AS view
JOIN duckdb_columns() AS described ON described.table_name = view.view_name AND NOT described.internal
WHERE NOT view.internal
GROUP BY ALL
ORDER BY view.view_name
