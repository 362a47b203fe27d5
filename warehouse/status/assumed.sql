-- The words of standing findings, most frequent first; each is a detail of the English message, as expectations/rules.yaml words it.
WITH detail AS (
    SELECT rule, file_name, department_id, unnest(
        CASE rule
            WHEN 'assumed-reading' THEN regexp_extract_all(message_en, '“([^”]*” as “[^”]*)” \(', 1)
            ELSE regexp_extract_all(message_en, '(?:is not certain: |; )([^;:]*) \([^()]*, [0-9]+ times\)', 1)
        END
    ) AS said
    FROM quality
    WHERE rule IN ('assumed-reading', 'unread-cells')
)
SELECT
    rule, split_part(said, '” as “', 1) AS word, nullif(split_part(said, '” as “', 2), '') AS read_as, count(*) AS tables,
    count(DISTINCT department_id) AS departments, any_value(file_name) AS for_example
FROM detail
GROUP BY rule, word, read_as
ORDER BY rule DESC, tables DESC, word
