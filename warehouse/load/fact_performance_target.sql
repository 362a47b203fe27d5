-- A key is worked out once for all the targets of an indicator.
WITH name AS (
    SELECT level1, level2, indicator_name, surrogate_key([level1, level2, indicator_name]) AS indicator_key
    FROM (SELECT DISTINCT level1, level2, indicator_name FROM staged_indicator)
)
SELECT
    loaded.document_key, project.project_key, name.indicator_key, indicator.* EXCLUDE (document_no)
FROM staged_indicator AS indicator
JOIN loaded ON loaded.document_no = indicator.document_no
JOIN fact_project AS project ON project.document_key = loaded.document_key AND project.project_no = indicator.project_no
JOIN name
    ON name.indicator_name = indicator.indicator_name AND name.level1 IS NOT DISTINCT FROM indicator.level1
    AND name.level2 IS NOT DISTINCT FROM indicator.level2
