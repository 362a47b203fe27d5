-- What versions of documents say and earlier ones do not, or otherwise. `$pairs` are rows of address and the keys of both versions' facts, of
-- which either may be null; `$keys` are all of these keys. What stands several times under one name in a kind of table is summed; two kinds
-- that say the same of a project say it once.
WITH pair(address, new_key, old_key) AS (VALUES $pairs),
item AS (
    SELECT
        document_key, 'project' AS what, label, string_agg(DISTINCT amount_yuan::VARCHAR, ' / ' ORDER BY amount_yuan::VARCHAR) AS said,
        min(page) AS page, min(row) AS row
    FROM (
        SELECT
            project.document_key, concat_ws(' · ', project.unit_name, project.project_name) AS label, sum(project.amount_yuan) AS amount_yuan,
            min(project.page) AS page, min(project.row) AS row
        FROM fact_project AS project
        JOIN fact_published_table AS listed ON listed.document_key = project.document_key AND listed.table_no = project.table_no
        GROUP BY project.document_key, project.unit_name, project.project_name, listed.table_kind
    )
    GROUP BY document_key, label
    UNION ALL
    SELECT
        document_key, 'goal', concat_ws(' · ', unit_name, project_name), string_agg(DISTINCT goal, '；' ORDER BY goal), min(page), min(row)
    FROM fact_project
    WHERE goal IS NOT NULL
    GROUP BY document_key, unit_name, project_name
    UNION ALL
    SELECT
        target.document_key, 'target',
        concat_ws(' · ', project.unit_name, project.project_name, target.level1, target.level2, target.indicator_name),
        string_agg(target.target_text, '；' ORDER BY target.project_no, target.indicator_no), min(target.page), min(target.row)
    FROM fact_performance_target AS target
    JOIN fact_project AS project ON project.document_key = target.document_key AND project.project_no = target.project_no
    GROUP BY ALL
    UNION ALL
    SELECT
        line.document_key, 'line', concat_ws(' · ', line.table_kind, line.side, line.account_code, line.label, line.column_path),
        sum(line.amount_yuan)::VARCHAR, min(line.page), min(line.row)
    FROM fact_budget_line AS line
    GROUP BY ALL
),
compared AS (FROM item WHERE document_key IN ($keys))
SELECT
    coalesce(new.address, old.address) AS address, coalesce(new.what, old.what) AS what,
    CASE WHEN old.what IS NULL THEN 'new' WHEN new.what IS NULL THEN 'gone' ELSE 'changed' END AS change,
    coalesce(new.label, old.label) AS label, old.said AS before, new.said AS after,
    CASE WHEN coalesce(new.what, old.what) IN ('project', 'line')
        THEN TRY_CAST(new.said AS DECIMAL(38, 2)) - TRY_CAST(old.said AS DECIMAL(38, 2)) END AS difference_yuan,
    coalesce(new.page, old.page) AS page, coalesce(new.row, old.row) AS row
FROM (SELECT pair.address, compared.* FROM pair JOIN compared ON compared.document_key = pair.new_key) AS new
FULL JOIN (SELECT pair.address, compared.* FROM pair JOIN compared ON compared.document_key = pair.old_key) AS old
    ON old.address = new.address AND old.what = new.what AND old.label = new.label
WHERE old.what IS NULL OR new.what IS NULL OR old.said IS DISTINCT FROM new.said
ORDER BY
    coalesce(new.address, old.address), list_position(['project', 'goal', 'target', 'line'], coalesce(new.what, old.what)),
    page NULLS LAST, row NULLS LAST, label
