-- The projects of the documents that are new, numbered on from those that are there: small numbers lie close together in `searched_pair`.
SELECT
    coalesce((SELECT max(project_number) FROM searched_project), 0) + row_number() OVER (ORDER BY document_key, project_no) AS project_number,
    document_key, project_no, amount_yuan
FROM fact_project
WHERE $is_new
ORDER BY project_number
