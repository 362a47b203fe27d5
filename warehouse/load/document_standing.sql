-- Whether each file's document is in force, from how its address answered: gone two nights running is withdrawn; a night that
-- failed, or did not ask, says nothing. All runs of a day are one night, of which the last answer counts: who runs it twice in one
-- evening, while a site is being moved, withdraws nothing. What is no longer in an archive that came is withdrawn at once. A document that is gone and stands at another address of its department, with the same
-- bytes or nine tenths of the same lines, has moved. One that is in force and states another department or year than the
-- catalogue has for its address is misplaced.
WITH newest AS (
    SELECT *, coalesce(duplicate_of_key, document_key) AS content_key
    FROM dim_document
    WHERE document_id IN (SELECT document_id FROM dim_document SEMI JOIN undecided_department USING (department_id))
    QUALIFY row_number() OVER (PARTITION BY document_id ORDER BY is_current DESC, version_no DESC) = 1
),
tonight AS (
    SELECT address, bool_and(outcome = 'gone') AS is_gone, bool_or(outcome IN ('new', 'unchanged')) AS is_served
    FROM pull_attempt
    SEMI JOIN this_run ON this_run.run_key = pull_attempt.run_key
    GROUP BY address
),
gone AS (
    SELECT
        tonight.address,
        coalesce(arg_max(pull.outcome, run.started_at) = 'gone' OR bool_or(archive.is_served), false) AS is_gone_again
    FROM tonight
    CROSS JOIN this_run
    LEFT JOIN tonight AS archive
        ON contains(tonight.address, '#/') AND archive.address = split_part(tonight.address, '#/', 1)
    LEFT JOIN (pull_attempt AS pull JOIN load_run AS run ON run.run_key = pull.run_key)
        ON pull.address = tonight.address AND pull.outcome IN ('new', 'unchanged', 'gone') AND run.as_of_date < this_run.as_of_date
    WHERE tonight.is_gone
    GROUP BY tonight.address
),
answered AS (
    SELECT
        newest.*,
        CASE
            WHEN tonight.is_served THEN 'in_force'
            WHEN gone.is_gone_again THEN 'withdrawn'
            WHEN gone.address IS NOT NULL THEN 'missing'
            WHEN known.standing IN ('missing', 'withdrawn', 'moved') THEN known.standing
            ELSE 'in_force'
        END AS answer,
        known.successor_id
    FROM newest
    LEFT JOIN tonight ON tonight.address = newest.document_id
    LEFT JOIN gone ON gone.address = newest.document_id
    LEFT JOIN document_standing AS known ON known.document_id = newest.document_id
),
pair AS (
    SELECT
        absent.document_id, absent.content_key, present.document_id AS successor_id, present.content_key AS successor_key,
        present.valid_from
    FROM answered AS absent
    SEMI JOIN gone ON gone.address = absent.document_id
    JOIN answered AS present
        ON present.department_id = absent.department_id AND present.document_id <> absent.document_id
        AND present.fiscal_year IS NOT DISTINCT FROM absent.fiscal_year AND present.stage IS NOT DISTINCT FROM absent.stage
    WHERE absent.is_current AND present.is_current AND present.answer = 'in_force'
),
-- Through a list: DuckDB takes it for short then, and looks for these rows among all lines; it would keep all lines to look for these.
compared AS (
    SELECT unnest(list(DISTINCT document_key)) AS document_key
    FROM (SELECT content_key AS document_key FROM pair UNION ALL SELECT successor_key FROM pair)
),
line AS (
    SELECT document_key, line, count(*) AS line_count
    FROM (
        SELECT document_key, hash(table_kind, side, account_code, label, column_path, amount_yuan) AS line
        FROM fact_budget_line
        SEMI JOIN compared USING (document_key)
        UNION ALL
        SELECT document_key, hash(project_name, unit_name, amount_yuan) AS line
        FROM fact_project
        SEMI JOIN compared USING (document_key)
    )
    GROUP BY ALL
),
size AS (
    SELECT document_key, sum(line_count) AS line_count FROM line GROUP BY document_key
),
shared AS (
    SELECT one.document_key, other.document_key AS successor_key, sum(least(one.line_count, other.line_count)) AS line_count
    FROM line AS one
    JOIN line AS other ON other.line = one.line
    GROUP BY ALL
),
moved AS (
    SELECT pair.document_id, arg_max(pair.successor_id, (pair.valid_from, pair.successor_id)) AS successor_id
    FROM pair
    LEFT JOIN shared ON shared.document_key = pair.content_key AND shared.successor_key = pair.successor_key
    LEFT JOIN size AS own ON own.document_key = pair.content_key
    LEFT JOIN size AS its ON its.document_key = pair.successor_key
    WHERE pair.content_key = pair.successor_key OR 10 * shared.line_count >= 9 * greatest(own.line_count, its.line_count)
    GROUP BY pair.document_id
)
SELECT
    answered.document_id,
    CASE
        WHEN moved.document_id IS NOT NULL THEN 'moved'
        WHEN answered.answer IN ('in_force', 'missing') AND (
            coalesce(stated.is_anothers, false)
            OR answered.fiscal_year_source = 'document' AND coalesce(answered.catalogue_fiscal_year <> answered.fiscal_year, false)
        ) THEN 'misplaced'
        ELSE answered.answer
    END AS standing,
    coalesce(moved.successor_id, CASE WHEN answered.answer = 'moved' THEN answered.successor_id END) AS successor_id,
    stated.stated_department_id, stated.stated_body, coalesce(stated.is_own_unit, false) AS is_own_unit, stated.nearest_names,
    coalesce(stated.is_anothers, false) AS is_anothers
FROM answered
LEFT JOIN moved ON moved.document_id = answered.document_id
LEFT JOIN staged_stated_department AS stated ON stated.document_key = answered.document_key
