-- Where a word was read by evidence, or not at all.
SELECT
    rule, word, read_as, doubt, cell_count AS doubted_cell_count, department_id, department_name, fiscal_year, stage, label, evidence, file_name,
    document_key, page, row, box, table_no
FROM doubted_word
WHERE $chosen
    AND rule = $rule -- if $rule
    AND word = $word -- if $word
    AND $says(word, read_as) -- if $words
ORDER BY fiscal_year DESC NULLS LAST, department_name, document_key, rule, finding_key, word, read_as, doubt
