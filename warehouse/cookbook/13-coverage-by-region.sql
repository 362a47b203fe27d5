-- who: finance
-- zh: 各地区每年应公开多少、已公开多少、迟了多少？
-- en: By region and year: what was due, published, late?
-- note: 网页没有写明日期的不算迟。 / What no list page dates is never called late.
WITH dated AS (
    SELECT address, min(published_date) AS published_date FROM fact_pull GROUP BY address
)
SELECT
    region_name, fiscal_year, stage, count(*) AS due, count(*) FILTER (status = 'published') AS published,
    count(*) FILTER (published_date > due_date) AS late, count(*) FILTER (status = 'published' AND published_date IS NULL) AS undated
FROM coverage
LEFT JOIN dated USING (address)
GROUP BY region_name, fiscal_year, stage
ORDER BY region_name, fiscal_year, stage
