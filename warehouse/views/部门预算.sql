SELECT
    department_name AS 部门, region_name AS 地区, fiscal_year AS 年度, CASE stage WHEN 'budget' THEN '预算' WHEN 'final' THEN '决算' END AS 阶段,
    project_count AS 项目数, amount_yuan AS 金额合计, published_total_yuan AS 公布合计, quarantined_row_count AS 隔离行数,
    critical_finding_count AS 严重问题数, unreadable_document_count AS 无法读取文件数, contradicted_project_count AS 矛盾项目数, is_complete AS 是否完整
FROM department_year
