-- Current files: one whose bytes stand behind another address too, or whose projects another document of the same
-- department, year and stage publishes. What counts once is counted where the view `document` or `project` shows it.
WITH file AS (
    SELECT
        version.*, content.address AS counted_address
    FROM dim_document AS version
    JOIN document AS content ON content.document_key = coalesce(version.duplicate_of_key, version.document_key)
    WHERE version.is_current
),
repeated AS (
    SELECT published.document_key, count(DISTINCT published.project_no) AS project_count, min(counted.address) AS address
    FROM fact_project AS published
    JOIN document ON document.document_key = published.document_key
    JOIN project AS counted
        ON counted.department_id = document.department_id AND counted.fiscal_year = document.fiscal_year AND counted.stage = document.stage
        AND counted.project_key = published.project_key AND counted.unit_name IS NOT DISTINCT FROM published.unit_name
        AND counted.document_key <> published.document_key
    GROUP BY published.document_key
),
compared AS (
    SELECT
        file.*, file.counted_address <> file.document_id AS is_copy, repeated.project_count,
        CASE WHEN is_copy THEN file.counted_address ELSE repeated.address END AS original
    FROM file
    LEFT JOIN repeated ON repeated.document_key = file.document_key
)
SELECT
    CASE WHEN original IS NULL THEN 'pass' ELSE 'fail' END AS status, NULL AS reason, department_id, fiscal_year, stage, document_key,
    'document' AS subject, document_id AS label, NULL AS expected, original AS actual, NULL AS published_text, NULL AS page, NULL AS row,
    coalesce(file_name, document_id) AS file_name, original,
    CASE WHEN is_copy THEN '文件内容完全相同' ELSE project_count || ' 个项目相同' END AS extent_zh,
    CASE WHEN is_copy THEN 'the same bytes' ELSE project_count || ' of the same projects' END AS extent_en
FROM compared
