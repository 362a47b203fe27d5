-- Documents that count and state their department, against the catalogue's department behind their address.
WITH stated AS (
    SELECT
        version.*, source.department_name AS source_name, meant.department_name AS meant_name,
        judged.stated_department_id, coalesce(judged.nearest_names, '—') AS nearest_names
    FROM dim_document AS version
    SEMI JOIN department_to_check ON department_to_check.department_id = version.department_id
    JOIN dim_department AS source ON source.department_id = version.department_id AND source.is_current
    JOIN document_standing AS judged ON judged.document_id = version.document_id AND judged.standing IN ('in_force', 'missing')
    LEFT JOIN dim_department AS meant ON meant.department_id = judged.stated_department_id AND meant.is_current
    WHERE version.is_current AND version.outcome = 'read'
)
SELECT
    CASE WHEN published_department_name IS NULL THEN 'not_applicable'
         WHEN stated_department_id = department_id THEN 'pass' ELSE 'fail' END AS status,
    CASE WHEN published_department_name IS NULL THEN 'department-not-stated' END AS reason,
    department_id, fiscal_year, stage, document_key, 'document' AS subject, document_id AS label,
    published_department_name AS expected, source_name AS actual, published_department_name AS published_text, NULL AS page, NULL AS row,
    coalesce(file_name, document_id) AS file_name,
    CASE WHEN meant_name IS NULL THEN '目录中没有这个名称，最接近的是：' || nearest_names
         ELSE '目录中这是另一个部门：' || meant_name END AS found_zh,
    CASE WHEN meant_name IS NULL THEN 'the catalogue has no such name, the nearest are: ' || nearest_names
         ELSE 'in the catalogue that is another department: ' || meant_name END AS found_en
FROM stated
