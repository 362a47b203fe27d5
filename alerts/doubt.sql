-- The doubts of this program that the run found, for its maintainers: by rule and word, with the number of documents. A word is a
-- detail of the English message, as expectations/rules.yaml words it.
WITH doubt AS (
    SELECT finding.rule, finding.message_en, finding.document_key, version.file_name, version.error_code
    FROM fact_finding AS finding
    SEMI JOIN standing_finding ON standing_finding.finding_key = finding.finding_key
    JOIN dim_document AS version ON version.document_key = finding.document_key
    WHERE finding.run_key = $run_key
        AND (list_contains($ours, finding.rule) OR finding.rule = 'unreadable-document' AND says_nothing_of_document(version.error_code))
),
worded AS (
    SELECT rule, document_key, file_name, unnest(CASE rule
        WHEN 'assumed-reading' THEN regexp_extract_all(message_en, '“([^”]*” as “[^”]*)” \(', 1)
        WHEN 'unread-cells' THEN regexp_extract_all(message_en, '(?:is not certain: |; )([^;:]*) \([^()]*, [0-9]+ times\)', 1)
        WHEN 'unreadable-document' THEN [error_code]
        ELSE ['']
    END) AS word
    FROM doubt
)
SELECT
    rule, split_part(word, '” as “', 1) AS word, nullif(split_part(word, '” as “', 2), '') AS read_as,
    count(DISTINCT document_key) AS documents, min(file_name) AS for_example
FROM worded
GROUP BY ALL
ORDER BY rule, documents DESC, word
LIMIT $cap
