SELECT
    department_name AS 部门, region_name AS 地区, fiscal_year AS 年度, project_standard_name AS 标准名称, project_count AS 项目数,
    budget_yuan AS 预算数, previous_budget_yuan AS 上年预算数, change_yuan AS 比上年增减, final_yuan AS 决算数, deviation_yuan AS 决算减预算
FROM project_year
