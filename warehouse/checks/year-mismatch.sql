-- Documents in force that state their year, against a year in the file name; the catalogue's is for `misplaced-document`. A number
-- in a file name is a year only before 年 or 年度 and without a month after it: P020230815.pdf holds the day of publishing.
WITH stated AS (
    SELECT
        version.*, CASE WHEN len(years) = 1 THEN years[1]::INTEGER END AS file_name_year
    FROM (
        SELECT *, list_distinct(regexp_extract_all(coalesce(file_name, ''), '(20\d\d)年(?:度|[^\d])', 1)) AS years
        FROM dim_document
        SEMI JOIN department_to_check USING (department_id)
    ) AS version
    ANTI JOIN document_standing AS judged ON judged.document_id = version.document_id AND judged.standing <> 'in_force'
    WHERE is_current AND outcome = 'read'
)
SELECT
    CASE WHEN fiscal_year_source IS DISTINCT FROM 'document' OR file_name_year IS NULL THEN 'not_applicable'
         WHEN file_name_year <> fiscal_year THEN 'fail' ELSE 'pass' END AS status,
    CASE WHEN fiscal_year_source IS DISTINCT FROM 'document' THEN 'year-not-stated'
         WHEN file_name_year IS NULL THEN 'nothing-to-compare' END AS reason,
    department_id, fiscal_year, stage, document_key, 'document' AS subject, document_id AS label,
    fiscal_year::VARCHAR AS expected, file_name_year::VARCHAR AS actual, NULL AS published_text, NULL AS page, NULL AS row,
    coalesce(file_name, document_id) AS file_name, '文件名' AS other_zh, 'the file name' AS other_en
FROM stated
