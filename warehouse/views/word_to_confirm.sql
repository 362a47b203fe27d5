-- The place for example is one of the newest year, which whoever looks at it finds published today.
SELECT
    rule, word, read_as, count(*) AS table_count, CAST(sum(cell_count) AS BIGINT) AS doubted_cell_count,
    count(DISTINCT department_id) AS department_count, example.evidence, example.file_name, example.document_key, example.table_no,
    example.page, example.row, example.box
FROM (
    SELECT
        rule, word, read_as, cell_count, department_id,
        first_value({
            'evidence': evidence, 'file_name': file_name, 'document_key': document_key, 'table_no': table_no, 'page': page, 'row': row,
            'box': box
        }) OVER (PARTITION BY rule, word, read_as ORDER BY fiscal_year DESC NULLS LAST, finding_key) AS example
    FROM doubted_word
)
GROUP BY rule, word, read_as, example
