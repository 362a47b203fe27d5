-- Classes by the first digit and levels by the length are those of the official catalogue (政府收支分类科目).
SELECT
    account_code, min(label) AS account_name,
    CASE account_code[1]
        WHEN '1' THEN 'income' WHEN '2' THEN 'function' WHEN '3' THEN 'department_economic' WHEN '5' THEN 'government_economic'
    END AS account_class,
    CASE length(account_code) WHEN 3 THEN 1 WHEN 5 THEN 2 WHEN 7 THEN 3 END AS account_level,
    CASE WHEN length(account_code) IN (5, 7) THEN left(account_code, -2) END AS parent_account_code
FROM staged_line AS line
JOIN loaded ON loaded.document_no = line.document_no
WHERE account_code IS NOT NULL
GROUP BY account_code
