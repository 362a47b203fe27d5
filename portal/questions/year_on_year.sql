-- What the departments that state it for two years in a row spend, and spent the year before: others would make the sums differ, too.
SELECT
    newer.fiscal_year, newer.stage, count(*) AS department_count, CAST(sum(newer.expenditure_yuan) AS DECIMAL(38, 2)) AS expenditure_yuan,
    CAST(sum(older.expenditure_yuan) AS DECIMAL(38, 2)) AS previous_expenditure_yuan,
    CAST(sum(newer.expenditure_yuan) - sum(older.expenditure_yuan) AS DECIMAL(38, 2)) AS change_yuan,
    TRY_CAST(round(100 * (sum(newer.expenditure_yuan) - sum(older.expenditure_yuan)) / nullif(sum(older.expenditure_yuan), 0), 2)
        AS DECIMAL(18, 2)) AS change_rate,
    count(*) FILTER (NOT (newer.is_complete AND older.is_complete)) AS incomplete_count
FROM (FROM department_year WHERE $chosen) AS newer
JOIN department_year AS older
    ON older.department_id = newer.department_id AND older.stage = newer.stage AND older.fiscal_year = newer.fiscal_year - 1
WHERE newer.expenditure_yuan IS NOT NULL AND older.expenditure_yuan IS NOT NULL
GROUP BY newer.fiscal_year, newer.stage
ORDER BY newer.fiscal_year DESC, newer.stage
