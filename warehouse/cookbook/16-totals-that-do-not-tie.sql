-- who: auditor
-- zh: 哪些部门公布的合计与项目之和不符，差多少？
-- en: Where does the published total differ from the sum of the projects, and by how much?
-- note: 规则只在各行都读得确定时才判断；`department_year` 中合计与项目之和之差，可能只是有行被隔离。 / The rule judges only what was read with certainty; where `department_year` has a difference, rows may just be in quarantine.
SELECT department_name, fiscal_year, label, expected AS published_yuan, actual AS sum_of_projects_yuan, difference AS difference_yuan, address, row
FROM quality
WHERE rule = 'total-ties-to-projects'
ORDER BY ALL
