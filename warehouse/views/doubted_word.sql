-- What findings of the program's own doubts say of each header or label; a blank word has no header.
SELECT
    quality.finding_key, quality.rule, coalesce(nullif(said.word, ''), '—') AS word, said.read_as, said.evidence, said.doubt, said.cell_count,
    quality.department_id, quality.department_name, quality.region_code, quality.region_name, quality.fiscal_year, quality.stage,
    quality.document_key, CASE WHEN quality.subject = 'table' THEN quality.subject_no END AS table_no, quality.label, quality.address,
    quality.file_name, quality.page, quality.row, quality.box
FROM quality
JOIN (SELECT finding_key, unnest(words) AS said FROM fact_finding WHERE rule IN ('assumed-reading', 'unread-cells')) AS doubt
    ON doubt.finding_key = quality.finding_key
