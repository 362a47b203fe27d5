-- The words of standing findings, most frequent first.
WITH said AS (
    SELECT quality.rule, quality.file_name, quality.department_id, unnest(finding.words) AS word
    FROM quality
    JOIN fact_finding AS finding ON finding.finding_key = quality.finding_key
    WHERE quality.rule IN ('assumed-reading', 'unread-cells')
)
SELECT
    rule, coalesce(nullif(word.word, ''), '—') AS word, word.read_as, count(*) AS tables, count(DISTINCT department_id) AS departments,
    any_value(file_name) AS for_example
FROM said
GROUP BY rule, word.word, word.read_as
ORDER BY rule DESC, tables DESC, word
