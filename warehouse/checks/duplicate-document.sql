-- Current files: one whose bytes stand behind another address too, or whose projects another document of the same
-- department, year and stage publishes. What counts once is counted where the views `document` and `counted_project` say.
WITH file AS (
    SELECT
        version.*, content.address AS counted_address
    FROM dim_document AS version
    JOIN document AS content ON content.document_key = coalesce(version.duplicate_of_key, version.document_key)
    WHERE version.is_current
),
repeated AS (
    SELECT document_key, count(*) AS project_count, min(counted_address) AS address
    FROM counted_project
    WHERE counted_key <> document_key
    GROUP BY document_key
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
