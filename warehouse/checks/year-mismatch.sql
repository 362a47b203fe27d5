-- Documents in force that state their year, against the catalogue's year and a year in the file name. A number in a file
-- name is a year only before 年 or 年度 and without a month after it: P020230815.pdf holds the day of publishing.
WITH stated AS (
    SELECT
        version.*, CASE WHEN len(years) = 1 THEN years[1]::INTEGER END AS file_name_year
    FROM (
        SELECT *, list_distinct(regexp_extract_all(coalesce(file_name, ''), '(20\d\d)年(?:度|[^\d])', 1)) AS years FROM dim_document
    ) AS version
    WHERE is_current AND outcome = 'read'
),
compared AS (
    SELECT
        *, CASE WHEN catalogue_fiscal_year <> fiscal_year THEN catalogue_fiscal_year
                WHEN file_name_year <> fiscal_year THEN file_name_year END AS other_year,
        CASE WHEN catalogue_fiscal_year <> fiscal_year THEN 'catalogue' ELSE 'file_name' END AS other_source
    FROM stated
)
SELECT
    CASE WHEN fiscal_year_source IS DISTINCT FROM 'document' OR coalesce(catalogue_fiscal_year, file_name_year) IS NULL THEN 'not_applicable'
         WHEN other_year IS NOT NULL THEN 'fail' ELSE 'pass' END AS status,
    CASE WHEN fiscal_year_source IS DISTINCT FROM 'document' THEN 'year-not-stated'
         WHEN coalesce(catalogue_fiscal_year, file_name_year) IS NULL THEN 'nothing-to-compare' END AS reason,
    department_id, fiscal_year, stage, document_key, 'document' AS subject, document_id AS label,
    fiscal_year::VARCHAR AS expected, other_year::VARCHAR AS actual, NULL AS published_text, NULL AS page, NULL AS row,
    coalesce(file_name, document_id) AS file_name, CASE other_source WHEN 'catalogue' THEN '目录登记' ELSE '文件名' END AS other_zh,
    CASE other_source WHEN 'catalogue' THEN 'the catalogue' ELSE 'the file name' END AS other_en
FROM compared
