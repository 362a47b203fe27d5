-- At most $cap pieces of news of each kind and severity, with their figures and places. When there are more, departments take turns, so
-- that one with a thousand does not hide the others.
WITH numbered AS (
    SELECT
        *, row_number() OVER (PARTITION BY audience_id, department_name, news, grade ORDER BY document_key, rule, fingerprint) AS turn
    FROM news
),
chosen AS (
    FROM numbered
    QUALIFY row_number() OVER (PARTITION BY audience_id, news, grade ORDER BY turn, department_name, fingerprint) <= $cap
),
-- The figures that were told before, beside those that are told now.
earlier AS (
    SELECT chosen.event_id, max_by(before, before.happened_at) AS event
    FROM chosen
    JOIN issue_event AS before ON before.fingerprint = chosen.fingerprint AND before.happened_at < chosen.happened_at
        AND before.event IN ('opened', 'reopened', 'worsened', 'changed')
    WHERE chosen.event IN ('worsened', 'changed')
    GROUP BY chosen.event_id
),
-- A rule may find several things wrong with one subject; an end has no finding that stands.
found AS (
    SELECT chosen.event_id, finding.*
    FROM chosen
    JOIN fact_finding AS finding
        ON finding.fingerprint = chosen.fingerprint AND finding.document_key IS NOT DISTINCT FROM chosen.document_key
    WHERE chosen.news IN ('new', 'overdue', 'worsened', 'changed')
),
placed AS (
    SELECT
        found.*, coalesce(
            project.table_no, total.table_no, line.table_no, CASE WHEN found.subject = 'table' THEN found.subject_no END
        ) AS table_no
    FROM found
    LEFT JOIN fact_project AS project
        ON found.subject = 'project' AND project.document_key = found.document_key AND project.project_no = found.subject_no
    LEFT JOIN (SELECT DISTINCT document_key, total_no, table_no FROM fact_project_total) AS total
        ON found.subject = 'total' AND total.document_key = found.document_key AND total.total_no = found.subject_no
    LEFT JOIN fact_budget_line AS line
        ON found.subject = 'line' AND line.document_key = found.document_key AND line.line_no = found.subject_no
)
SELECT
    chosen.audience_id, chosen.news, chosen.event, chosen.fingerprint, chosen.grade AS severity, chosen.department_name AS department,
    coalesce(moved.file_name, version.file_name) AS file_name, coalesce(moved.document_id, version.document_id) AS address,
    chosen.rule, chosen.label,
    CASE $language WHEN 'zh' THEN coalesce(placed.message_zh, chosen.sentence_zh) ELSE coalesce(placed.message_en, chosen.sentence_en) END
        AS message,
    placed.published_text AS published, placed.page, placed.table_no, placed.row,
    coalesce(placed.expected, chosen.expected) AS expected, coalesce(placed.actual, chosen.actual) AS actual,
    coalesce(placed.difference, chosen.difference) AS difference,
    earlier.event.expected AS expected_before, earlier.event.actual AS actual_before, earlier.event.difference AS difference_before,
    placed.box, version.sha256, version.format, earlier.event.severity AS severity_before
FROM chosen
LEFT JOIN placed ON placed.event_id = chosen.event_id
LEFT JOIN earlier ON earlier.event_id = chosen.event_id
LEFT JOIN dim_document AS version ON version.document_key = chosen.document_key
-- Who is reminded looks where the document stands now; what rules over the warehouse say of an address stays with it.
LEFT JOIN document_standing AS standing
    ON standing.document_id = version.document_id AND standing.standing = 'moved' AND chosen.subject_no IS NOT NULL
LEFT JOIN dim_document AS moved ON moved.document_id = standing.successor_id AND moved.is_current
ORDER BY
    chosen.audience_id, list_position(['new', 'worsened', 'changed', 'corrected', 'ended', 'overdue'], chosen.news),
    list_position($severities, chosen.grade), chosen.department_name, version.document_id, chosen.rule, chosen.event, placed.page, placed.row,
    chosen.label, chosen.fingerprint, placed.finding_no
