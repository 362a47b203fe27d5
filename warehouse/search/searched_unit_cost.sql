-- What a target that counts something costs, whether it counts in the end or not: of the projects that are new, as the view `unit_cost`.
SELECT
    searched.project_number, target.indicator_no, target.indicator_name,
    <target_count> AS target_count,
    <count_unit> AS count_unit, <unit_cost_yuan> AS unit_cost_yuan
FROM fact_performance_target AS target
JOIN searched_project AS searched USING (document_key, project_no)
JOIN fact_project AS project USING (document_key, project_no)
WHERE CASE WHEN <is_count> THEN project.amount_yuan IS NOT NULL AND target_count IS NOT NULL END AND $is_new
ORDER BY searched.project_number, target.indicator_no
