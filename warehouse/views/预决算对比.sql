SELECT
    department_name AS 部门, region_name AS 地区, fiscal_year AS 年度,
    CASE figure
        WHEN '<figure>' THEN '<figure_zh>'
        WHEN '<three_public>' THEN '<three_public_zh>'
    END AS 数字,
    budget_yuan AS 预算数, final_yuan AS 决算数, deviation_yuan AS 决算减预算, execution_rate AS 执行率
FROM budget_final
