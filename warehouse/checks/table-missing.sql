-- Each department, year and stage with documents in force: the tables that regulations ask for, against those of the year before.
-- Skipped:
-- 1. Fewer than `least_tables` of these tables: the documents are no whole booklet.
-- 2. A document that could not be read in full, with a table of no known kind or cells that were not understood, and files that could
--    not be read: the missing table may be in them. The same of the year before is no harm.
-- 3. What the contents of a document tell already.
-- 4. More than one table is missing that was not there the year before: they may be published elsewhere.
WITH document AS (
    FROM document SEMI JOIN department_to_check USING (department_id)
),
required AS (
    SELECT unnest([
        {'kind': '<required_kind>', 'title': '<required_kind_zh>'},
    ], recursive := true)
),
published AS (
    SELECT document.department_id, document.fiscal_year, document.stage, document.document_key, own.table_kind
    FROM document
    LEFT JOIN fact_published_table AS own ON own.document_key = document.document_key
    WHERE document.fiscal_year IS NOT NULL AND document.stage IS NOT NULL
),
doubted AS (
    SELECT DISTINCT department_id, fiscal_year, stage
    FROM published
    WHERE table_kind = 'unknown'
        OR document_key IN (SELECT document_key FROM fact_finding WHERE rule IN ('unread-cells', 'unreadable-document', 'incomplete-document'))
),
told AS (
    SELECT DISTINCT published.department_id, published.fiscal_year, published.stage
    FROM published
    JOIN fact_finding AS finding
        ON finding.document_key = published.document_key AND finding.rule = 'table-missing' AND finding.subject_no IS NOT NULL
),
set_of AS (
    SELECT
        published.department_id, published.fiscal_year, published.stage,
        coalesce(list_distinct(list(required.kind) FILTER (required.kind IS NOT NULL)), []) AS kinds,
        arg_max(published.document_key, required.kind IS NOT NULL) AS document_key
    FROM published
    LEFT JOIN required ON required.kind = published.table_kind
    GROUP BY ALL
),
compared AS (
    SELECT
        own.*, before.kinds AS kinds_before, (SELECT count(*) FROM required) - len(own.kinds) AS lack_count,
        (SELECT list(title ORDER BY title) FROM required WHERE NOT list_contains(own.kinds, kind)) AS lacking,
        (SELECT list(title ORDER BY title) FROM required
         WHERE NOT list_contains(own.kinds, kind) AND list_contains(before.kinds, kind)) AS lost,
        doubted.department_id IS NOT NULL OR EXISTS (
            FROM unreadable_document AS failed
            WHERE failed.department_id = own.department_id AND coalesce(failed.fiscal_year, own.fiscal_year) = own.fiscal_year
                AND coalesce(failed.stage, own.stage) = own.stage
        ) AS is_doubted,
        told.department_id IS NOT NULL AS is_told
    FROM set_of AS own
    LEFT JOIN set_of AS before
        ON before.department_id = own.department_id AND before.stage = own.stage AND before.fiscal_year = own.fiscal_year - 1
    LEFT JOIN doubted
        ON doubted.department_id = own.department_id AND doubted.fiscal_year = own.fiscal_year AND doubted.stage = own.stage
    LEFT JOIN told ON told.department_id = own.department_id AND told.fiscal_year = own.fiscal_year AND told.stage = own.stage
),
judged AS (
    SELECT
        *,
        CASE
            WHEN len(kinds) < getvariable('least_tables') THEN 'few-tables'
            WHEN lack_count = 0 THEN NULL
            WHEN is_doubted THEN 'read-in-part'
            WHEN is_told THEN 'told-before'
            WHEN coalesce(len(lost), 0) = 0 AND lack_count > 1 THEN 'several-missing'
        END AS why_not
    FROM compared
)
SELECT
    CASE WHEN why_not IS NOT NULL THEN 'not_applicable' WHEN lack_count = 0 THEN 'pass' ELSE 'fail' END AS status, why_not AS reason,
    judged.department_id, judged.fiscal_year, judged.stage, judged.document_key, 'document' AS subject,
    array_to_string(coalesce(nullif(lost, []), lacking), '、') AS label, NULL AS expected, NULL AS actual, NULL AS published_text,
    NULL AS page, NULL AS row,
    department.department_name || judged.fiscal_year || '年' || CASE judged.stage WHEN 'budget' THEN '部门预算' ELSE '部门决算' END AS publication_zh,
    department.department_name || ' ' || judged.fiscal_year || CASE judged.stage WHEN 'budget' THEN ' (budget)' ELSE ' (final accounts)' END
        AS publication_en,
    '《' || array_to_string(coalesce(nullif(lost, []), lacking), '》、《') || '》' AS details,
    CASE WHEN len(lost) > 0 THEN '上年公布过该表，今年没有' ELSE '按规定应当公布的各表中只缺该表' END AS ground_zh,
    CASE WHEN len(lost) > 0 THEN 'it was there the year before' ELSE 'it is the only one missing of those that regulations ask for' END
        AS ground_en
FROM judged
JOIN dim_department AS department ON department.department_id = judged.department_id AND department.is_current
