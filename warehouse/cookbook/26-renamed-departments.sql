-- who: auditor
-- zh: 哪些部门更名、撤并过，原来叫什么，哪一年的预算起用今天的名称？
-- en: Which departments were renamed or merged, what were they called, and from which year's budget on are they what they are today?
-- note: 按 lasting_department_name 汇总 department_year，各年可比。 / Sums of department_year by lasting_department_name compare over the years.
SELECT lasting_department_name, department_name, region_name, first_year, last_year
FROM department
WHERE lasting_department_id IN (SELECT lasting_department_id FROM department GROUP BY lasting_department_id HAVING count(*) > 1)
ORDER BY lasting_department_name, first_year NULLS FIRST
