SELECT DISTINCT indicator.level1, indicator.level2, indicator.indicator_name
FROM staged_indicator AS indicator
JOIN loaded ON loaded.document_no = indicator.document_no
