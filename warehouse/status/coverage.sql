SELECT
    fiscal_year, stage, count(*) AS expected, count(*) FILTER (status = 'published') AS published,
    count(*) FILTER (status = 'unreadable') AS unreadable, count(*) FILTER (status = 'not_published') AS not_published,
    count(*) FILTER (status = 'not_due') AS not_due
FROM coverage
GROUP BY fiscal_year, stage
ORDER BY fiscal_year DESC, stage
