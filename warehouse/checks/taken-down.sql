-- Files that their address served once and was asked for lately: a night about other sources, or none, says nothing of it, and an address
-- that the catalogue no longer has is asked no more. What only moved is not taken down.
WITH lately AS (
    SELECT run.run_key FROM load_run AS run JOIN this_run ON run.as_of_date > this_run.as_of_date - getvariable('days')
),
asked_lately AS (
    SELECT address FROM fact_pull SEMI JOIN lately USING (run_key)
    UNION ALL
    SELECT asked.address
    FROM asked_address AS asked
    SEMI JOIN (FROM fact_pull_unchanged SEMI JOIN lately USING (run_key)) AS night ON night.asked_key = asked.asked_key
),
withdrawn AS (
    SELECT coalesce(version.duplicate_of_key, version.document_key) AS document_key
    FROM dim_document AS version
    SEMI JOIN document_standing AS judged ON judged.document_id = version.document_id AND judged.standing = 'withdrawn'
),
counting AS (
    SELECT document_key FROM counted_project SEMI JOIN withdrawn USING (document_key) WHERE is_counted
    UNION
    SELECT document_key FROM department_figure SEMI JOIN withdrawn USING (document_key)
)
SELECT
    CASE WHEN judged.standing = 'withdrawn' THEN 'fail' ELSE 'pass' END AS status, NULL AS reason, version.department_id,
    version.fiscal_year, version.stage, version.document_key, 'document' AS subject, version.document_id AS label, NULL AS expected,
    NULL AS actual, NULL AS published_text, NULL AS page, NULL AS row, coalesce(version.file_name, version.document_id) AS file_name,
    version.document_id AS address,
    CASE WHEN counting.document_key IS NULL THEN '其内容不再计入' ELSE '没有替代的文件，仍按最后公布的内容计入' END AS extent_zh,
    CASE WHEN counting.document_key IS NULL THEN 'it counts no more' ELSE 'nothing replaces it, so that it counts as it was last published' END
        AS extent_en
FROM dim_document AS version
JOIN document_standing AS judged ON judged.document_id = version.document_id
LEFT JOIN counting ON counting.document_key = coalesce(version.duplicate_of_key, version.document_key)
WHERE version.document_id IN (FROM asked_lately)
QUALIFY row_number() OVER (PARTITION BY version.document_id ORDER BY version.is_current DESC, version.version_no DESC) = 1
