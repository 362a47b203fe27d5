-- Files in force: one whose bytes stand behind another address too, or whose projects another document of the same
-- department, year and stage publishes. What counts once is counted where `document` and `counted_project` say;
-- bytes that two departments publish count for one of them, which both are told. A file that was taken down or moved repeats nothing
-- any more: to take it down is what was asked.
WITH own AS (
    SELECT document_key, coalesce(duplicate_of_key, document_key) AS content_key
    FROM dim_document
    SEMI JOIN department_to_check USING (department_id)
    WHERE is_current
),
file AS (    -- those of other departments with the same bytes, too
    SELECT
        version.*, department.department_name, content.document_key AS content_key, content.address AS counted_address,
        content.department_name AS counted_department, content.department_id <> version.department_id AS is_anothers
    FROM dim_document AS version
    JOIN document AS content ON content.document_key = coalesce(version.duplicate_of_key, version.document_key)
    JOIN dim_department AS department ON department.department_id = version.department_id AND department.is_current
    ANTI JOIN document_standing AS judged ON judged.document_id = version.document_id AND judged.standing <> 'in_force'
    WHERE version.is_current AND coalesce(version.duplicate_of_key, version.document_key) IN (SELECT content_key FROM own)
),
claimed AS (
    SELECT content_key, min(document_id) AS address, arg_min(department_name, document_id) AS department_name
    FROM file
    WHERE is_anothers
    GROUP BY content_key
),
repeated AS (
    SELECT counted.document_key, count(*) AS project_count, min(counted.counted_address) AS address
    FROM counted_project AS counted
    SEMI JOIN own ON own.document_key = counted.document_key
    JOIN fact_project AS project ON project.document_key = counted.document_key AND project.project_no = counted.project_no
    -- A whole table that a newer one contradicts is told as that (`contradicting-tables`).
    ANTI JOIN counted_table AS whole
        ON whole.document_key = project.document_key AND whole.table_no = project.table_no AND whole.is_contradicted AND NOT whole.is_counted
    SEMI JOIN fact_project AS other ON other.document_key = counted.counted_key AND other.project_key = project.project_key
    WHERE counted.counted_key <> counted.document_key
    GROUP BY counted.document_key
),
compared AS (
    SELECT
        file.*, file.counted_address <> file.document_id AS is_copy, repeated.project_count, claimed.department_name AS claimant,
        CASE WHEN is_copy THEN file.counted_address ELSE coalesce(claimed.address, repeated.address) END AS original
    FROM file
    SEMI JOIN own ON own.document_key = file.document_key
    LEFT JOIN claimed ON claimed.content_key = file.content_key
    LEFT JOIN repeated ON repeated.document_key = file.document_key
)
SELECT
    'pass' AS status, NULL AS reason, version.department_id, version.fiscal_year, version.stage, version.document_key,
    'document' AS subject, version.document_id AS label, NULL AS expected, NULL AS actual, NULL AS published_text, NULL AS page, NULL AS row,
    coalesce(version.file_name, version.document_id) AS file_name, NULL AS original, NULL AS extent_zh, NULL AS extent_en
FROM dim_document AS version
SEMI JOIN own ON own.document_key = version.document_key
SEMI JOIN document_standing AS judged ON judged.document_id = version.document_id AND judged.standing IN ('withdrawn', 'moved')
UNION ALL
SELECT
    CASE WHEN original IS NULL THEN 'pass' ELSE 'fail' END AS status, NULL AS reason, department_id, fiscal_year, stage, document_key,
    'document' AS subject, document_id AS label, NULL AS expected, original AS actual, NULL AS published_text, NULL AS page, NULL AS row,
    coalesce(file_name, document_id) AS file_name, original,
    CASE
        WHEN is_anothers THEN '文件内容完全相同，计入' || counted_department
        WHEN is_copy THEN '文件内容完全相同'
        WHEN claimant IS NOT NULL THEN claimant || '公布了完全相同的文件，计入' || department_name
        ELSE project_count || ' 个项目相同'
    END AS extent_zh,
    CASE
        WHEN is_anothers THEN 'the same bytes, counted for ' || counted_department
        WHEN is_copy THEN 'the same bytes'
        WHEN claimant IS NOT NULL THEN 'the same bytes, published by ' || claimant || ' and counted for ' || department_name
        ELSE project_count || ' of the same projects'
    END AS extent_en
FROM compared
