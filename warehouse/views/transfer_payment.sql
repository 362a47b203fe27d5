-- Three kinds of statements, not to be added to each other: money from a higher level that a project is paid from (funding), a project
-- that is a transfer payment by its name or by its table's title (project), and a total of a budget table (line). A title that says
-- 含转移支付项目 says nothing of one project.
SELECT
    'funding' AS transfer_kind, project.document_key, project.department_id, project.department_name, project.region_code,
    project.region_name, project.fiscal_year, project.stage, project.project_name AS label, project.superior_transfer_yuan AS amount_yuan,
    project.address, project.file_name, project.page, project.row, project.box
FROM project
WHERE project.superior_transfer_yuan IS NOT NULL
UNION ALL
SELECT
    'project', project.document_key, project.department_id, project.department_name, project.region_code, project.region_name,
    project.fiscal_year, project.stage, project.project_name, project.amount_yuan, project.address, project.file_name, project.page,
    project.row, project.box
FROM project
JOIN fact_project AS published ON published.document_key = project.document_key AND published.project_no = project.project_no
LEFT JOIN fact_published_table AS listed ON listed.document_key = published.document_key AND listed.table_no = published.table_no
WHERE contains(project.project_name, '转移支付') OR regexp_matches(listed.title, '(^|[^含])转移支付')
UNION ALL
SELECT
    'line', line.document_key, document.department_id, document.department_name, document.region_code, document.region_name,
    document.fiscal_year, document.stage, concat_ws(' · ', published.title, line.label, line.column_path), line.amount_yuan,
    document.address, document.file_name, line.page, line.row, line.box
FROM fact_budget_line AS line
JOIN document ON document.document_key = line.document_key
LEFT JOIN fact_published_table AS published ON published.document_key = line.document_key AND published.table_no = line.table_no
WHERE line.amount_yuan IS NOT NULL AND (
    line.account_code = '230' OR regexp_matches(line.label, '转移支付|转移性|上级补助')
    OR line.total_kind = 'grand' AND regexp_matches(line.column_path, '转移支付|转移性|上级补助')
)
