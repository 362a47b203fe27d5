-- A booklet and its attachments publish the same project: it counts once, as the newest of them states it. Documents of an
-- unknown year or stage may be of different years, so nothing is taken out of them. A project that a document states with
-- another amount or without its unit, or that two tables of one document list, may be counted wrong, and says so. But a
-- 项目支出表 lists, account by account, what the performance targets of the same document state: there it counts no second time.
-- A project of a whole table counts with it: see counted_table. What was taken down counts no more where the same department
-- publishes a whole table of projects, or half of these projects, in force.
WITH document AS (
    FROM document SEMI JOIN undecided_department USING (department_id)
),
own_project AS MATERIALIZED (
    SELECT document_key, project_no, project_key, table_no, amount_yuan, unit_name, carryover_mark, year_from, year_to
    FROM fact_project
    SEMI JOIN document USING (document_key)
),
listed_project AS (
    SELECT
        project.document_key, project.project_no, project.table_no, project.amount_yuan, project.unit_name, document.address,
        document.valid_from, listed.table_kind, document.standing, document.department_id, document.fiscal_year, document.stage,
        whole.counted_key AS whole_key, whole.counted_address AS whole_address, coalesce(whole.is_counted, false) AS is_whole,
        hash(
            document.department_id, document.fiscal_year, document.stage, project.project_key, project.carryover_mark, project.year_from,
            project.year_to, CASE WHEN document.fiscal_year IS NULL OR document.stage IS NULL THEN document.document_key END
        ) AS namesake_key
    FROM own_project AS project
    JOIN document ON document.document_key = project.document_key
    JOIN fact_published_table AS listed ON listed.document_key = project.document_key AND listed.table_no = project.table_no
    LEFT JOIN counted_table AS whole ON whole.document_key = project.document_key AND whole.table_no = project.table_no
),
standing_document AS (
    SELECT department_id, fiscal_year, stage, document_key, any_value(address) AS address, any_value(valid_from) AS valid_from
    FROM listed_project
    WHERE standing <> 'withdrawn' AND is_whole
    GROUP BY ALL
),
sharing AS (
    SELECT gone.document_key, there.document_key AS successor_key
    FROM (SELECT DISTINCT document_key, namesake_key FROM listed_project WHERE standing = 'withdrawn') AS gone
    JOIN (SELECT DISTINCT document_key, namesake_key FROM listed_project WHERE standing <> 'withdrawn') AS there
        ON there.namesake_key = gone.namesake_key
    JOIN (SELECT document_key, count(DISTINCT namesake_key) AS project_count FROM listed_project GROUP BY document_key) AS size
        ON size.document_key = gone.document_key
    GROUP BY gone.document_key, there.document_key
    HAVING 2 * count(*) >= any_value(size.project_count)
),
succeeded AS (
    SELECT document_key, arg_max(successor_key, (valid_from, successor_key)) AS successor_key
    FROM (
        SELECT gone.document_key, there.document_key AS successor_key, there.valid_from
        FROM listed_project AS gone
        JOIN standing_document AS there
            ON there.department_id = gone.department_id AND there.fiscal_year = gone.fiscal_year AND there.stage = gone.stage
        WHERE gone.standing = 'withdrawn'
        UNION ALL
        SELECT sharing.document_key, sharing.successor_key, document.valid_from
        FROM sharing JOIN document ON document.document_key = sharing.successor_key
    )
    GROUP BY document_key
),
replaced AS (
    SELECT
        project.document_key, project.project_no, coalesce(succeeded.successor_key, project.whole_key) AS counted_key,
        coalesce(successor.address, project.whole_address) AS counted_address
    FROM listed_project AS project
    LEFT JOIN succeeded ON succeeded.document_key = project.document_key
    LEFT JOIN document AS successor ON successor.document_key = succeeded.successor_key
    WHERE succeeded.successor_key IS NOT NULL OR project.whole_key <> project.document_key
),
published AS (
    SELECT * FROM listed_project
    ANTI JOIN replaced ON replaced.document_key = listed_project.document_key AND replaced.project_no = listed_project.project_no
),
restated AS (
    SELECT expenditure.document_key, expenditure.project_no, expenditure.namesake_key, expenditure.unit_name, expenditure.amount_yuan
    FROM published AS expenditure
    SEMI JOIN published AS target
        ON target.document_key = expenditure.document_key AND target.namesake_key = expenditure.namesake_key
        AND target.table_kind = 'project_performance_targets' AND target.amount_yuan IS NOT NULL
        AND coalesce(target.unit_name = expenditure.unit_name, true)
    WHERE expenditure.table_kind = 'project_expenditure'
),
counting AS (
    SELECT published.*
    FROM published
    ANTI JOIN restated ON restated.document_key = published.document_key AND restated.project_no = published.project_no
),
restated_otherwise AS (
    SELECT stated.namesake_key, stated.document_key
    FROM (SELECT namesake_key, document_key, sum(amount_yuan) AS amount_yuan FROM counting GROUP BY ALL) AS stated
    JOIN (SELECT namesake_key, document_key, sum(amount_yuan) AS amount_yuan FROM restated GROUP BY ALL) AS again
        ON again.namesake_key = stated.namesake_key AND again.document_key = stated.document_key
    WHERE again.amount_yuan IS DISTINCT FROM stated.amount_yuan
),
by_document AS (
    SELECT
        namesake_key, unit_name, document_key, any_value(address) AS address, any_value(valid_from) AS valid_from,
        any_value(standing) AS standing, sum(amount_yuan) AS amount_yuan,
        min(table_no) <> max(table_no) OR (namesake_key, document_key) IN (SELECT (namesake_key, document_key) FROM restated_otherwise)
            AS is_contradicted
    FROM counting
    GROUP BY namesake_key, unit_name, document_key
),
by_unit AS (
    SELECT
        namesake_key, unit_name, first(document_key ORDER BY standing = 'withdrawn', valid_from DESC, address) AS counted_key,
        first(address ORDER BY standing = 'withdrawn', valid_from DESC, address) AS counted_address, min(document_key) AS first_key, max(document_key) AS last_key,
        bool_or(is_contradicted) OR coalesce(min(amount_yuan) <> max(amount_yuan), false) AS is_contradicted
    FROM by_document
    GROUP BY namesake_key, unit_name
),
by_name AS (
    SELECT
        namesake_key,
        min(first_key) <> max(last_key) AND count(unit_name) BETWEEN 1 AND count(*) - 1 AS is_contradicted
    FROM by_unit
    GROUP BY namesake_key
),
judged AS (
    SELECT
        counting.document_key, counting.project_no, by_unit.counted_key, by_unit.counted_address,
        by_unit.counted_key = counting.document_key AS is_counted,
        by_unit.is_contradicted OR by_name.is_contradicted AS is_contradicted
    FROM counting
    JOIN by_unit ON by_unit.namesake_key = counting.namesake_key AND by_unit.unit_name IS NOT DISTINCT FROM counting.unit_name
    JOIN by_name ON by_name.namesake_key = counting.namesake_key
    UNION ALL
    SELECT restated.document_key, restated.project_no, restated.document_key, document.address, false, false
    FROM restated
    JOIN document ON document.document_key = restated.document_key
    UNION ALL
    SELECT document_key, project_no, counted_key, counted_address, false, false
    FROM replaced
),
-- What comes from which source, a 项目支出表 says of the amounts that the performance targets state.
sourced AS (
    SELECT stated.document_key, stated.project_no, expenditure.project_no AS source_no
    FROM counting AS stated
    JOIN restated AS expenditure
        ON expenditure.document_key = stated.document_key AND expenditure.namesake_key = stated.namesake_key
        AND coalesce(expenditure.unit_name = stated.unit_name, true)
    ANTI JOIN fact_project_budget AS own ON own.document_key = stated.document_key AND own.project_no = stated.project_no
    QUALIFY sum(expenditure.amount_yuan) OVER (PARTITION BY stated.document_key, stated.project_no) = stated.amount_yuan
),
-- Views would have to group the funding and the targets, and look through the names, of the whole country to tell those of one department.
funding AS (
    SELECT
        sum(amount_yuan) FILTER (funding_source = '<funding_source>') AS <funding_source>_yuan,
        document_key, project_no
    FROM (
        SELECT document_key, project_no, funding_source, amount_yuan FROM fact_project_budget SEMI JOIN document USING (document_key)
        UNION ALL
        SELECT sourced.document_key, sourced.project_no, budget.funding_source, budget.amount_yuan
        FROM fact_project_budget AS budget
        JOIN sourced ON sourced.document_key = budget.document_key AND sourced.source_no = budget.project_no
    )
    GROUP BY document_key, project_no
),
count_target AS (
    -- As a filter of the count: DuckDB would match the words of all targets, and look then whose they are.
    SELECT target.document_key, target.project_no, count(*) FILTER (<is_count>) AS count_target_count
    FROM fact_performance_target AS target
    SEMI JOIN document USING (document_key)
    GROUP BY ALL
)
SELECT
    judged.*, named.project_standard_name, funding.* EXCLUDE (document_key, project_no),
    coalesce(count_target.count_target_count, 0) AS count_target_count
FROM judged
JOIN own_project AS project ON project.document_key = judged.document_key AND project.project_no = judged.project_no
JOIN (FROM dim_project SEMI JOIN own_project USING (project_key)) AS named ON named.project_key = project.project_key
LEFT JOIN funding ON funding.document_key = judged.document_key AND funding.project_no = judged.project_no
LEFT JOIN count_target ON count_target.document_key = judged.document_key AND count_target.project_no = judged.project_no
