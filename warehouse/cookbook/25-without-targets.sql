-- who: finance
-- zh: 哪些项目没有绩效指标，或没有绩效目标？
-- en: Which projects have no performance targets, or no goal?
-- note: 只看绩效目标表中的项目：没有公布绩效目标表的部门不在此列。 / Only projects of tables of targets: who published no such table is not named here.
SELECT
    project.department_name, project.fiscal_year, project.project_name, project.amount_yuan, project.goal IS NOT NULL AS has_goal,
    count(indicator.indicator_no) AS targets
FROM project
JOIN fact_project AS published USING (document_key, project_no)
JOIN fact_published_table AS listed ON listed.document_key = published.document_key AND listed.table_no = published.table_no
LEFT JOIN indicator ON indicator.document_key = project.document_key AND indicator.project_no = project.project_no
WHERE listed.table_kind = 'project_performance_targets'
GROUP BY ALL
HAVING targets = 0 OR NOT has_goal
ORDER BY project.amount_yuan DESC, project.project_name
