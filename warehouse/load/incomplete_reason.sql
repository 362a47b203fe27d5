-- A row for each reason; the words are those of dim_incomplete_reason. What is unreadable or misplaced may be of any year and
-- stage that it is not known to be of another. Views that are asked many times are answered once: to plan them takes longer than all else.
WITH document AS MATERIALIZED (
    SELECT department_id, fiscal_year, stage, document_key, address, standing, stated_body FROM main.document
),
coverage AS MATERIALIZED (
    SELECT department_id, fiscal_year, stage, status FROM main.coverage
),
counted AS (
    SELECT
        project.document_key, count(*) AS project_count, count(*) - count(project.amount_yuan) AS blank_count,
        sum(project.amount_yuan) AS project_sum_yuan
    FROM project
    GROUP BY project.document_key
),
scope AS (
    SELECT
        department_id, fiscal_year, stage,
        count(*) FILTER (stated_body IS NOT NULL) AS unknown_count
    FROM document
    GROUP BY ALL
    UNION
    SELECT department_id, fiscal_year, stage, 0
    FROM coverage
    ANTI JOIN document USING (department_id, fiscal_year, stage)
    WHERE status <> 'not_due'
    UNION
    SELECT version.department_id, version.fiscal_year, version.stage, 0
    FROM dim_document AS version
    JOIN document_standing AS judged ON judged.document_id = version.document_id AND judged.standing = 'misplaced'
    ANTI JOIN document
        ON document.department_id = version.department_id AND document.fiscal_year IS NOT DISTINCT FROM version.fiscal_year
        AND document.stage IS NOT DISTINCT FROM version.stage
    WHERE version.is_current
),
member AS (
    SELECT department_id, fiscal_year, stage, document_key FROM document
),
-- A table whose projects count elsewhere is left out with its total; the same number above and below is one.
contradicted_total AS (
    SELECT document_key, count(*) AS table_count
    FROM (
        SELECT total.document_key, total.table_no
        FROM fact_project_total AS total
        SEMI JOIN (
            SELECT project.document_key, project.table_no
            FROM fact_project AS project
            JOIN counted_project AS judged ON judged.document_key = project.document_key AND judged.project_no = project.project_no
            WHERE judged.is_counted
        ) AS listed ON listed.document_key = total.document_key AND listed.table_no = total.table_no
        WHERE total.funding_source = 'total' AND total.total_kind = 'grand'
        GROUP BY total.document_key, total.table_no
        HAVING count(DISTINCT total.amount_yuan) > 1
    )
    GROUP BY document_key
),
withdrawn AS (
    SELECT document_key FROM document
    WHERE standing = 'withdrawn' AND (
        document_key IN (SELECT document_key FROM counted) OR document_key IN (SELECT document_key FROM department_figure)
        OR (department_id, fiscal_year, stage) NOT IN (
            SELECT (department_id, fiscal_year, stage) FROM document
            WHERE standing <> 'withdrawn' AND fiscal_year IS NOT NULL AND stage IS NOT NULL
        )
    )
),
rejected AS (
    SELECT
        document_key, count(*) AS row_count,
        CASE WHEN count(*) FILTER (subject = 'project') = count(amount) FILTER (subject = 'project')
            THEN sum(amount) FILTER (subject = 'project') END AS amount_yuan
    FROM (SELECT *, TRY_CAST(json_extract_string(record, '$.amount') AS DECIMAL(18, 2)) AS amount FROM quarantine)
    GROUP BY document_key
),
-- The same bytes stand for another department, year or stage too: whose they are is not known.
shared AS (
    SELECT coalesce(version.duplicate_of_key, version.document_key) AS document_key
    FROM dim_document AS version
    ANTI JOIN document_standing AS judged ON judged.document_id = version.document_id AND judged.standing IN ('moved', 'withdrawn', 'misplaced')
    WHERE version.is_current
    GROUP BY ALL
    HAVING count(DISTINCT (version.department_id, coalesce(version.fiscal_year, 0), coalesce(version.stage, ''))) > 1
),
by_document AS (
    SELECT 'withdrawn' AS reason, document_key, 1 AS count, NULL AS amount_yuan FROM withdrawn
    UNION ALL SELECT 'shared', document_key, 1, NULL FROM shared
    UNION ALL SELECT 'quarantined', document_key, row_count, amount_yuan FROM rejected
    UNION ALL SELECT 'contradicting-tables', document_key, count(*), NULL FROM counted_table WHERE is_contradicted GROUP BY document_key
    UNION ALL SELECT 'contradicted-projects', document_key, count(*), NULL FROM counted_project WHERE is_contradicted GROUP BY document_key
    UNION ALL SELECT 'contradicted-total', document_key, table_count, NULL FROM contradicted_total
    UNION ALL SELECT 'blank-amounts', document_key, blank_count, NULL FROM counted WHERE blank_count > 0
    UNION ALL SELECT 'critical-findings', document_key, count(*), NULL FROM quality
        WHERE severity = 'critical' AND rule NOT IN ('contradicting-tables', 'misplaced-document', 'unreadable-document')
        GROUP BY document_key
),
elsewhere AS (
    SELECT 'unreadable' AS reason, document_key, department_id, fiscal_year, stage, address FROM unreadable_document
    UNION ALL
    SELECT 'misplaced', version.document_key, version.department_id, version.fiscal_year, version.stage, version.document_id
    FROM dim_document AS version
    JOIN document_standing AS judged ON judged.document_id = version.document_id AND judged.standing = 'misplaced'
    WHERE version.is_current
    UNION ALL
    SELECT 'misplaced', version.document_key, version.department_id, version.catalogue_fiscal_year,
        coalesce(version.catalogue_stage, version.stage), version.document_id
    FROM dim_document AS version
    JOIN document_standing AS judged ON judged.document_id = version.document_id AND judged.standing = 'misplaced'
    WHERE version.is_current AND version.catalogue_fiscal_year IS NOT NULL
),
-- What a department, year and stage with documents has: projects, or a table or a figure that says that there are none, and what its
-- projects come to beside the project expenditure that it states.
known AS (
    SELECT
        scope.department_id, scope.fiscal_year, scope.stage, coalesce(any_value(figures.total_count), 0) AS total_count,
        coalesce(sum(counted.project_count), 0) AS project_count,
        sum(counted.project_sum_yuan) - any_value(figures.project_expenditure_yuan) AS surplus_yuan,
        coalesce(bool_or(none.document_key IS NOT NULL), false) OR coalesce(any_value(figures.has_no_projects), false) AS has_none
    FROM scope
    JOIN member
        ON member.department_id = scope.department_id AND member.fiscal_year IS NOT DISTINCT FROM scope.fiscal_year
        AND member.stage IS NOT DISTINCT FROM scope.stage
    LEFT JOIN counted ON counted.document_key = member.document_key
    LEFT JOIN (
        SELECT DISTINCT document_key FROM fact_published_table
        WHERE is_empty AND table_kind IN ('project_expenditure', 'project_performance_targets')
    ) AS none ON none.document_key = member.document_key
    LEFT JOIN (
        SELECT
            department_id, fiscal_year, stage, count(*) FILTER (figure IN ('income', 'expenditure')) AS total_count,
            bool_or(figure = 'project_expenditure' AND amount_yuan = 0) AS has_no_projects,
            any_value(amount_yuan) FILTER (figure = 'project_expenditure') AS project_expenditure_yuan
        FROM department_figure
        GROUP BY ALL
    ) AS figures
        ON figures.department_id = scope.department_id AND figures.fiscal_year = scope.fiscal_year AND figures.stage = scope.stage
    GROUP BY ALL
),
by_scope AS (
    SELECT member.department_id, member.fiscal_year, member.stage, by_document.reason, sum(by_document.count) AS count,
        CASE WHEN count(*) = count(by_document.amount_yuan) THEN sum(by_document.amount_yuan) END AS amount_yuan
    FROM by_document
    JOIN member ON member.document_key = by_document.document_key
    GROUP BY ALL
    UNION ALL
    SELECT department_id, fiscal_year, stage, reason, count(DISTINCT document_key), NULL
    FROM (
        SELECT scope.department_id, scope.fiscal_year, scope.stage, elsewhere.reason, elsewhere.document_key
        FROM scope
        JOIN elsewhere
            ON elsewhere.department_id = scope.department_id
            AND coalesce(elsewhere.fiscal_year, scope.fiscal_year) IS NOT DISTINCT FROM scope.fiscal_year
            AND coalesce(elsewhere.stage, scope.stage) IS NOT DISTINCT FROM scope.stage
        UNION ALL
        SELECT document.department_id, document.fiscal_year, document.stage, elsewhere.reason, elsewhere.document_key
        FROM elsewhere
        JOIN document ON document.address = elsewhere.address    -- the version in force of that file is out of date
    )
    GROUP BY ALL
    UNION ALL
    SELECT department_id, fiscal_year, stage, 'unknown-department', unknown_count, NULL FROM scope WHERE unknown_count > 0
    UNION ALL
    SELECT department_id, fiscal_year, stage, 'not-published', 1, NULL FROM coverage WHERE status = 'not_published'
    UNION ALL
    SELECT department_id, fiscal_year, stage, 'unknown-year', 1, NULL FROM scope WHERE fiscal_year IS NULL
    UNION ALL
    SELECT department_id, fiscal_year, stage, 'unknown-stage', 1, NULL FROM scope WHERE stage IS NULL
    UNION ALL
    SELECT
        known.department_id, known.fiscal_year, known.stage, lacking.reason, 1,
        CASE WHEN lacking.reason = 'projects-differ' THEN known.surplus_yuan END
    FROM known
    CROSS JOIN (VALUES ('no-summary'), ('no-projects'), ('projects-differ')) AS lacking(reason)
    WHERE CASE lacking.reason
        WHEN 'no-summary' THEN known.total_count < 2
        -- 100 yuan a project: what amounts in 万元 to two decimals lose by rounding
        WHEN 'projects-differ' THEN abs(known.surplus_yuan) > 100 * known.project_count
        ELSE known.project_count = 0 AND NOT known.has_none
    END
)
SELECT
    told.department_id, told.fiscal_year, told.stage, told.reason, CAST(told.count AS BIGINT) AS count,
    CAST(told.amount_yuan AS DECIMAL(38, 2)) AS amount_yuan, <told_zh> AS reason_zh, <told_en> AS reason_en
FROM by_scope AS told
JOIN dim_incomplete_reason AS words ON words.incomplete_reason = told.reason
