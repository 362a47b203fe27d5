-- The doubts of this program that the run found, for its maintainers: by rule and word, with the number of documents.
WITH doubt AS (
    SELECT finding.rule, finding.words, finding.document_key, version.file_name, version.error_code
    FROM fact_finding AS finding
    SEMI JOIN standing_finding ON standing_finding.finding_key = finding.finding_key
    JOIN dim_document AS version ON version.document_key = finding.document_key
    WHERE finding.run_key = $run_key
        AND (list_contains($ours, finding.rule) OR finding.rule = 'unreadable-document' AND says_nothing_of_document(version.error_code))
),
worded AS (
    SELECT rule, document_key, file_name, coalesce(nullif(word.word, ''), '—') AS word, word.read_as
    FROM (SELECT rule, document_key, file_name, unnest(words) AS word FROM doubt)
    UNION ALL
    SELECT rule, document_key, file_name, CASE rule WHEN 'unreadable-document' THEN error_code ELSE '' END, NULL
    FROM doubt
    WHERE words IS NULL
)
SELECT rule, word, read_as, count(DISTINCT document_key) AS documents, min(file_name) AS for_example
FROM worded
GROUP BY ALL
ORDER BY rule, documents DESC, word
LIMIT $cap
