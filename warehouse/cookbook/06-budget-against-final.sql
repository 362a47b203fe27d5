-- who: auditor
-- zh: 有决算的部门，决算与预算相差多少？
-- en: Where there are final accounts: how far are they from the budget?
-- note: 没有公布预算的一栏为空，不作比较。 / Where no budget was published the column is blank and nothing is compared.
SELECT 部门, 年度, 数字, 预算数, 决算数, 决算减预算, 执行率
FROM 预决算对比
WHERE 决算数 IS NOT NULL
ORDER BY 部门, 年度, 决算数 DESC, 数字
