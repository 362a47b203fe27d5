-- who: auditor
-- zh: 各部门档案数字化每页多少钱？
-- en: What does a department pay for a page that it digitises?
-- note: 目标是下限（≥）时，单位成本是上限；数量指标多于一个时，金额不只用于此。 / With a lower bound the cost is the most; with several counts the amount pays for all.
SELECT 部门, 年度, 项目名称, 金额, 数量, 计量单位, 单位成本, 数量指标数
FROM 单位成本
WHERE 计量单位 = '页'
ORDER BY 单位成本 DESC, 部门, 年度
