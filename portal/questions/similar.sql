-- Projects of other departments whose names share much with one's: of each department and name the newest, with the indicators that both
-- have. A pair of signs weighs more the fewer projects have it in their names.
WITH weighed AS (
    SELECT unnest(from_json($weights, '[{"pair": "UBIGINT", "weight": "DOUBLE"}]'), recursive := true)
), near AS (
    SELECT project_number, sum(weight) AS weight
    FROM searched_pair
    JOIN weighed USING (pair)
    WHERE text_place = 'name'
    GROUP BY project_number
    HAVING 100 * sum(weight) >= $least * (SELECT sum(weight) FROM weighed)
    ORDER BY weight DESC, project_number DESC
    LIMIT $nearest
), told AS (
    SELECT
        document.document_key, searched.project_no, document.department_id, document.department_name, document.fiscal_year, document.stage,
        project_number, counted.project_standard_name = $name AS is_same_name,
        least(100, round(100 * near.weight / (SELECT sum(weight) FROM weighed)))::INTEGER AS name_rate
    FROM near
    JOIN searched_project AS searched USING (project_number)
    JOIN document USING (document_key)
    JOIN counted_project AS counted ON counted.document_key = searched.document_key AND counted.project_no = searched.project_no AND counted.is_counted
    WHERE document.department_id <> $own_department
    QUALIFY row_number() OVER (
        PARTITION BY document.department_id, counted.project_standard_name
        ORDER BY document.fiscal_year DESC NULLS LAST, document.stage DESC, document.document_key, searched.project_no
    ) = 1
    ORDER BY is_same_name DESC, name_rate DESC, document.fiscal_year DESC NULLS LAST, searched.amount_yuan DESC NULLS LAST, project_number
    LIMIT $most
), shared AS (
    SELECT
        told.document_key, told.project_no, count(*) AS shared_indicator_count,
        string_agg(concat_ws(' ', target.indicator_name, target.target_text, CASE WHEN cost.unit_cost_yuan IS NOT NULL THEN
            format('({:,.2f}/{})', cost.unit_cost_yuan::DOUBLE, cost.count_unit) END), '; ' ORDER BY target.indicator_no) AS shared_indicators
    FROM told
    JOIN fact_performance_target AS target USING (document_key, project_no)
    LEFT JOIN searched_unit_cost AS cost ON cost.project_number = told.project_number AND cost.indicator_no = target.indicator_no
    WHERE target.indicator_name IN (
        SELECT indicator_name
        FROM fact_performance_target AS own
        WHERE own.document_key = $document AND own.project_no = $project
    )
    GROUP BY told.document_key, told.project_no
)
SELECT
    told.document_key, told.project_no, told.department_id, told.department_name, told.fiscal_year, told.stage, project.project_name,
    project.amount_yuan, told.name_rate, coalesce(shared.shared_indicator_count, 0) AS shared_indicator_count, shared.shared_indicators,
    project.page, project.row, project.box, project.table_no
FROM told
JOIN fact_project AS project USING (document_key, project_no)
LEFT JOIN shared USING (document_key, project_no)
ORDER BY
    told.is_same_name DESC, told.name_rate DESC, shared_indicator_count DESC, told.fiscal_year DESC NULLS LAST,
    project.amount_yuan DESC NULLS LAST, told.document_key, told.project_no
