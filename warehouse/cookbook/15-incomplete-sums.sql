-- who: auditor
-- zh: 哪些部门的项目合计不能直接使用，为什么？
-- en: Which sums of projects cannot be used as they are, and why?
SELECT 部门, 年度, 阶段, 项目数, 项目金额合计, 不完整原因
FROM 部门预算
WHERE NOT 项目合计是否完整
ORDER BY 部门, 年度
