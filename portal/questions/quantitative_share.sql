-- How many of the targets of departments are numbers, by year and stage.
SELECT
    fiscal_year, stage, count(DISTINCT department_id) AS department_count, sum(indicator_count)::BIGINT AS indicator_count,
    sum(quantitative_count)::BIGINT AS quantitative_count,
    CAST(round(100 * sum(quantitative_count) / sum(indicator_count), 1) AS DECIMAL(4, 1)) AS quantitative_rate
FROM document
JOIN document_size USING (document_key)
WHERE indicator_count > 0 AND $chosen
GROUP BY fiscal_year, stage
ORDER BY fiscal_year DESC NULLS LAST, stage
