-- who: finance
-- zh: 2000 万元以上的项目有哪些？
-- en: Which projects are above 20 million yuan?
SELECT 部门, 年度, 项目名称, 金额, 财政拨款, 公开地址, 行
FROM 项目支出
WHERE 金额 > 20000000
ORDER BY 金额 DESC, 部门
