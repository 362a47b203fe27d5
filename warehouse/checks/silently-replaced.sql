-- Files in force that replaced an earlier version of their address, line by line: what both state once is compared by name, so that
-- a moved row is no change. What is compared is the version that was announced last, or the first one: a replacement that nobody explained
-- is not explained by the next one. A notice is a word of one in the file's name or the link to it, a sentence of its text that says so, or
-- a text of the department with one of these, or a file behind a link that says `correction`, that came between the version before and the
-- one after. It speaks of the version with which it came: what stays on the page explains no later one.
-- What mends a problem that was told of the earlier version was asked for: a line that changed by as much as that was off is not listed.
-- A file under another name that took the place of one that answered no more is its next version, and the problem is known by the first
-- name; one that stood beside it before is another file.
-- Skipped:
-- 1. A version that speaks of another year or stage: the address serves each year's newest document.
-- 2. Versions of which one could not be read in full, or that two versions of the reading read: the difference may be its own.
WITH RECURSIVE renamed AS (
    SELECT moved.successor_id AS document_id, min(moved.document_id) AS before_id
    FROM document_standing AS moved
    JOIN (
        SELECT address, max(run.started_at) AS ended_at
        FROM pull_attempt
        JOIN load_run AS run USING (run_key)
        WHERE outcome IN ('new', 'unchanged') AND address IN (SELECT document_id FROM document_standing WHERE standing = 'moved')
        GROUP BY address
    ) AS served ON served.address = moved.document_id
    JOIN (
        SELECT document_id, min(run.started_at) AS begun_at FROM dim_document JOIN load_run AS run USING (run_key) GROUP BY document_id
    ) AS successor ON successor.document_id = moved.successor_id AND successor.begun_at > served.ended_at
    WHERE moved.standing = 'moved'
    GROUP BY moved.successor_id
),
-- The departments, and those whose their files, or the files whose place these took, were before: their notices may speak of that time.
before AS (
    SELECT DISTINCT document_id, document_id AS before_id FROM dim_document
    UNION ALL
    FROM renamed
),
body AS (
    SELECT department_id FROM department_to_check
    UNION
    SELECT earlier.department_id
    FROM body
    JOIN dim_document AS version ON version.department_id = body.department_id
    JOIN before ON before.document_id = version.document_id
    JOIN dim_document AS earlier ON earlier.document_id = before.before_id
),
named AS (
    SELECT DISTINCT document_id, document_id AS first_id FROM dim_document SEMI JOIN body USING (department_id) ANTI JOIN renamed USING (document_id)
    UNION ALL
    SELECT renamed.document_id, named.first_id FROM renamed JOIN named ON named.document_id = renamed.before_id
),
own AS (
    SELECT version.*, named.first_id, run.started_at
    FROM dim_document AS version
    JOIN named ON named.document_id = version.document_id
    JOIN load_run AS run ON run.run_key = version.run_key
),
pulled AS (
    SELECT pull.document_key, pull.publication_title, pull.file_name, pull.published_date
    FROM fact_pull AS pull
    SEMI JOIN own ON own.document_key = pull.document_key
),
link AS (
    SELECT document_key, any_value(concat_ws(' ', publication_title, file_name, published_date)) AS link
    FROM pulled
    WHERE regexp_matches(coalesce(publication_title, '') || coalesce(file_name, ''), getvariable('notice'))
    GROUP BY document_key
),
in_text AS (
    SELECT DISTINCT document_key FROM fact_rule_outcome WHERE rule = 'silently-replaced' AND passed > 0
),
saying AS (
    SELECT version.document_key
    FROM own AS version
    LEFT JOIN link ON link.document_key = version.document_key
    LEFT JOIN in_text ON in_text.document_key = version.document_key
    WINDOW versions AS (PARTITION BY version.first_id ORDER BY version.started_at, version.version_no)
    QUALIFY link.link <> coalesce(lag(link.link) OVER versions, '')
        OR (in_text.document_key IS NOT NULL AND coalesce(NOT list_has_all(
            string_split(lag(version.correction_notice) OVER versions, chr(10)), string_split(version.correction_notice, chr(10))), true))
),
night AS (
    SELECT
        document_key, document_id, department_id, fiscal_year, stage, started_at, row_number() OVER nights AS place,
        lag(started_at) OVER nights AS started_before, lead(started_at) OVER nights AS started_after
    FROM own
    WINDOW nights AS (PARTITION BY first_id ORDER BY started_at, version_no)
),
notice AS (
    SELECT night.*
    FROM night
    SEMI JOIN saying ON saying.document_key = night.document_key
    WHERE night.document_key NOT IN (SELECT document_key FROM fact_published_table SEMI JOIN saying USING (document_key))
        OR night.document_key IN (SELECT document_key FROM pulled WHERE regexp_matches(publication_title, getvariable('correction')))
),
noticed AS (
    SELECT document_key FROM saying
    UNION
    SELECT night.document_key
    FROM night
    JOIN notice ON notice.department_id = night.department_id AND notice.document_id <> night.document_id
        AND coalesce(notice.fiscal_year = night.fiscal_year, true) AND coalesce(notice.stage = night.stage, true)
        AND notice.started_at > night.started_before AND coalesce(notice.started_at < night.started_after, true)
),
-- A file whose bytes were read at another address, or in an earlier version, has the rows of that reading.
stated AS (
    SELECT
        version.* REPLACE (content.outcome AS outcome, content.reader_fingerprint AS reader_fingerprint),
        content.document_key AS content_key, night.place
    FROM own AS version
    JOIN night ON night.document_key = version.document_key
    JOIN dim_document AS content ON content.document_key = coalesce(version.duplicate_of_key, version.document_key)
),
pair AS (
    SELECT
        version.*, before.document_key AS before_key, before.content_key AS before_content_key, before.fiscal_year IS DISTINCT FROM version.fiscal_year
            OR before.stage IS DISTINCT FROM version.stage AS is_other,
        before.reader_fingerprint IS DISTINCT FROM version.reader_fingerprint
            OR before.outcome <> 'read' OR version.outcome <> 'read' AS is_read_otherwise
    FROM stated AS version
    JOIN stated AS before ON before.first_id = version.first_id AND before.place < version.place
    LEFT JOIN noticed ON noticed.document_key = before.document_key
    ANTI JOIN document_standing AS judged ON judged.document_id = version.document_id AND judged.standing <> 'in_force'
    SEMI JOIN department_to_check ON department_to_check.department_id = version.department_id
    WHERE version.is_current
    QUALIFY row_number() OVER (
        PARTITION BY version.document_key
        ORDER BY is_other, is_read_otherwise, noticed.document_key IS NULL,
            CASE WHEN is_other OR is_read_otherwise OR noticed.document_key IS NOT NULL THEN -before.place ELSE before.place END
    ) = 1
),
-- Through a list: DuckDB takes it for short then, and looks for these rows among all lines; it would keep all lines to look for these.
content AS (
    SELECT unnest(list(DISTINCT document_key)) AS document_key
    FROM (SELECT content_key AS document_key FROM pair UNION ALL SELECT before_content_key FROM pair)
),
doubtful AS (
    SELECT DISTINCT quarantine.document_key FROM quarantine SEMI JOIN content ON content.document_key = quarantine.document_key
),
line AS (
    SELECT document_key, name, shown, any_value(amount_yuan) AS amount_yuan
    FROM (
        SELECT
            document_key, concat_ws('/', 'project', unit_name, project_name, project_code) AS name, project_name AS shown, amount_yuan
        FROM fact_project
        SEMI JOIN content USING (document_key)
        UNION ALL
        SELECT
            fact.document_key, concat_ws('/', fact.table_kind, fact.side, fact.account_code, fact.label, fact.column_path),
            concat_ws(' ', fact.account_code, fact.label, fact.column_path), fact.amount_yuan
        FROM fact_budget_line AS fact
        SEMI JOIN content USING (document_key)
    )
    GROUP BY ALL
    HAVING count(*) = 1
),
difference AS (
    SELECT
        coalesce(own.document_key, old.document_key) AS document_key, coalesce(own.shown, old.shown) AS shown, old.amount_yuan AS old_yuan, own.amount_yuan AS new_yuan,
        CASE WHEN old.name IS NULL THEN 'added' WHEN own.name IS NULL THEN 'removed' ELSE 'changed' END AS kind
    FROM (
        SELECT pair.document_key, line.* EXCLUDE (document_key) FROM pair JOIN line ON line.document_key = pair.before_content_key
    ) AS old
    FULL JOIN (
        SELECT pair.document_key, line.* EXCLUDE (document_key) FROM pair JOIN line ON line.document_key = pair.content_key
    ) AS own
        ON own.document_key = old.document_key AND own.name = old.name
    WHERE own.amount_yuan IS DISTINCT FROM old.amount_yuan OR own.name IS NULL OR old.name IS NULL
),
mended AS (
    SELECT DISTINCT pair.document_key, abs(TRY_CAST(problem.difference AS DECIMAL(38, 2))) AS difference_yuan
    FROM pair
    JOIN fact_finding AS problem ON problem.document_key = pair.before_content_key AND problem.subject_no IS NOT NULL
    ANTI JOIN fact_finding AS again ON again.document_key = pair.content_key AND again.fingerprint = problem.fingerprint
),
told AS (
    SELECT
        document_key, count(*) AS line_count,
        string_agg(
            CASE kind WHEN 'changed' THEN shown || ' ' || coalesce(format('{:,.2f}', old_yuan::DOUBLE), '—') || ' → '
                                        || coalesce(format('{:,.2f}', new_yuan::DOUBLE), '—')
                      WHEN 'added' THEN '＋' || shown || ' ' || coalesce(format('{:,.2f}', new_yuan::DOUBLE), '—')
                      ELSE '－' || shown || ' ' || coalesce(format('{:,.2f}', old_yuan::DOUBLE), '—') END,
            '；' ORDER BY kind = 'changed' DESC, abs(coalesce(new_yuan, 0) - coalesce(old_yuan, 0)) DESC, shown
        ) FILTER (place <= getvariable('shown')) AS lines,
        max_by(old_yuan, (kind = 'changed', abs(coalesce(new_yuan, 0) - coalesce(old_yuan, 0)))) AS old_yuan,
        max_by(new_yuan, (kind = 'changed', abs(coalesce(new_yuan, 0) - coalesce(old_yuan, 0)))) AS new_yuan
    FROM (
        SELECT
            *, row_number() OVER (
                PARTITION BY document_key
                ORDER BY kind = 'changed' DESC, abs(coalesce(new_yuan, 0) - coalesce(old_yuan, 0)) DESC, shown
            ) AS place
        FROM difference
        ANTI JOIN mended
            ON mended.document_key = difference.document_key AND mended.difference_yuan = abs(difference.new_yuan - difference.old_yuan)
    )
    GROUP BY document_key
),
judged AS (
    SELECT
        pair.*, told.* EXCLUDE (document_key),
        CASE WHEN pair.is_other THEN 'other-year'
             WHEN pair.is_read_otherwise OR doubtful.document_key IS NOT NULL OR doubtful_before.document_key IS NOT NULL
             THEN 'read-otherwise' END AS skipped,
        noticed.document_key IS NOT NULL AS has_notice
    FROM pair
    LEFT JOIN told ON told.document_key = pair.document_key
    LEFT JOIN noticed ON noticed.document_key = pair.document_key
    LEFT JOIN doubtful ON doubtful.document_key = pair.content_key
    LEFT JOIN doubtful AS doubtful_before ON doubtful_before.document_key = pair.before_content_key
)
SELECT
    CASE WHEN skipped IS NOT NULL THEN 'not_applicable' WHEN line_count > 0 AND NOT has_notice THEN 'fail' ELSE 'pass' END AS status,
    skipped AS reason, department_id, fiscal_year, stage, document_key, 'document' AS subject, first_id AS label,
    new_yuan::VARCHAR AS expected, old_yuan::VARCHAR AS actual, (new_yuan - old_yuan)::VARCHAR AS difference,
    NULL AS published_text, NULL AS page, NULL AS row, coalesce(file_name, document_id) AS file_name, line_count, lines,
    strftime(pulled_at AT TIME ZONE 'UTC' AT TIME ZONE 'Asia/Shanghai', '%Y-%m-%d') AS replaced_date    -- the day of the night that found it
FROM judged
