-- The words that this program read by evidence, or not at all, with how often and one place for example.
SELECT
    rule, word, read_as, table_count, doubted_cell_count, department_count, evidence, file_name, document_key, page, row, box, table_no
FROM word_to_confirm
WHERE true
    AND rule = $rule -- if $rule
    AND word = $word -- if $word
    AND $says(word, read_as) -- if $words
ORDER BY table_count DESC, rule, word, read_as
