-- who: finance
-- zh: 哪些项目没有绩效指标，或没有绩效目标？
-- en: Which projects have no performance targets, or no goal?
SELECT project.department_name, project.fiscal_year, project.project_name, project.amount_yuan, project.goal IS NULL AS has_no_goal
FROM project
LEFT JOIN indicator ON indicator.document_key = project.document_key AND indicator.project_no = project.project_no
WHERE indicator.document_key IS NULL OR project.goal IS NULL
GROUP BY ALL
ORDER BY project.amount_yuan DESC, project.project_name
