-- The words that this program read by evidence, or not at all, with how often and one place for example.
SELECT
    rule, word, read_as, table_count, doubted_cell_count, department_count, evidence, file_name, document_key, page, row, box, table_no
FROM word_to_confirm
WHERE ($rule IS NULL OR rule = $rule) AND ($word IS NULL OR word = $word)
    AND list_bool_and([contains(lower(concat_ws(' ', word, read_as)), lower(word_looked_for)) FOR word_looked_for IN $words]) -- if $words
ORDER BY table_count DESC, rule, word, read_as
