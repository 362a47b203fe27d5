-- Rows or columns, with or without a total: the publisher's form does not matter. All numbers are those of the one document that states
-- the total (or else a part). A blank part of a total of nothing is nothing; vehicles that only their two parts state are these.
WITH figure AS (
    SELECT
        department_figure.*,
        first_value(document_key) OVER (
            PARTITION BY department_id, fiscal_year, stage ORDER BY figure <> 'three_public', document_key
        ) AS chosen_key
    FROM department_figure
    WHERE figure IN (
        '<three_public>',
        'three_public'
    )
),
stated AS (
    SELECT
        any_value(amount_yuan) FILTER (figure = '<three_public>' OR figure = 'three_public' AND amount_yuan = 0) AS <three_public>_yuan,
        any_value(amount_yuan) FILTER (figure = 'three_public') AS three_public_yuan,
        min_by({'page': page, 'row': row, 'box': box}, (figure <> 'three_public', figure)) AS place,
        department_id, fiscal_year, stage, chosen_key
    FROM figure
    WHERE document_key = chosen_key
    GROUP BY department_id, fiscal_year, stage, chosen_key
),
whole AS (
    SELECT * REPLACE (coalesce(vehicles_yuan, vehicle_purchase_yuan + vehicle_running_yuan) AS vehicles_yuan)
    FROM stated
)
SELECT
    whole.department_id, document.department_name, document.region_code, document.region_name, whole.fiscal_year, whole.stage,
    whole.three_public_yuan,
    TRY_CAST(whole.<three_public>_yuan AS DECIMAL(18, 2)) AS <three_public>_yuan,
    TRY_CAST(
        whole.three_public_yuan - coalesce(whole.abroad_yuan, 0) - coalesce(whole.vehicles_yuan, 0) - coalesce(whole.reception_yuan, 0)
        AS DECIMAL(18, 2)
    ) AS rest_yuan,
    document.address, document.file_name, whole.place.page, whole.place.row, whole.place.box
FROM whole
JOIN document ON document.document_key = whole.chosen_key
