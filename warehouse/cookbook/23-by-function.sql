-- who: congress
-- zh: 各部门支出按功能分类（类）各是多少？
-- en: Expenditure by class of the functional classification
-- note: 列名各表不同：取合计一列。 / Columns are named differently: the total one.
SELECT department_name, fiscal_year, stage, account_code, account_name, amount_yuan
FROM budget_line
WHERE table_kind = 'expenditure_summary' AND length(account_code) = 3
    AND regexp_full_match(column_path, '([^/]*/)*(支出)?(合计|总计)') AND NOT regexp_matches(column_path, '基本支出|项目支出')
ORDER BY department_name, fiscal_year, account_code
