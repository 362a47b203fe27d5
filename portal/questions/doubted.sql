-- Where a word was read by evidence, or not at all.
SELECT
    rule, word, read_as, doubt, cell_count AS doubted_cell_count, department_id, department_name, fiscal_year, stage, label, evidence, file_name,
    document_key, page, row, box, table_no
FROM doubted_word
WHERE $chosen AND ($rule IS NULL OR rule = $rule) AND ($word IS NULL OR word = $word)
    AND list_bool_and([contains(lower(concat_ws(' ', word, read_as)), lower(word_looked_for)) FOR word_looked_for IN $words]) -- if $words
ORDER BY fiscal_year DESC NULLS LAST, department_name, document_key, rule, finding_key, word, read_as, doubt
