-- The words of standing findings, most frequent first.
SELECT rule, word, read_as, table_count AS tables, department_count AS departments, file_name AS for_example
FROM word_to_confirm
ORDER BY rule DESC, tables DESC, word, read_as
