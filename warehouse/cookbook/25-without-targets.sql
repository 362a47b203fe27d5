-- who: finance
-- zh: 哪些项目没有绩效指标，或没有绩效目标？
-- en: Which projects have no performance targets, or no goal?
-- note: 只看绩效目标表中的项目：没有公布绩效目标表的部门不在此列。 / Only projects of tables of targets: who published no such table is not named here.
SELECT
    project.department_name, project.fiscal_year, project.project_name, project.amount_yuan, project.goal IS NOT NULL AS has_goal,
    coalesce(target.targets, 0) AS targets
FROM project
JOIN fact_published_table AS listed USING (document_key, table_no)
LEFT JOIN (SELECT document_key, project_no, count(*) AS targets FROM fact_performance_target GROUP BY ALL) AS target
    USING (document_key, project_no)
WHERE listed.table_kind = 'project_performance_targets' AND (target.targets IS NULL OR project.goal IS NULL)
ORDER BY project.amount_yuan DESC, project.project_name
