-- The addresses of sources with several that did not change and of which nothing is to be told. A source of one address keeps its row.
CREATE OR REPLACE TEMP TABLE staged_unchanged AS
SELECT department_id, source_address, address, pulled_at
FROM (SELECT DISTINCT ON (department_id, source_address, address) * FROM staged_pulled WHERE source_address IS NOT NULL)
WHERE outcome = 'unchanged' AND message IS NULL
QUALIFY count(*) OVER (PARTITION BY department_id, source_address) > 1
