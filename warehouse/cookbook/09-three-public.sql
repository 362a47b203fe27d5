-- who: journalist
-- zh: 各部门的“三公”经费是多少，各项之和与合计是否相符？
-- en: What do the departments spend on visits abroad, vehicles and reception, and do the parts tie?
-- note: 一级政府的汇总表不算任何部门的。 / What a whole government adds up is no department's.
SELECT
    department_name, fiscal_year, stage, three_public_yuan, abroad_yuan, vehicle_purchase_yuan, vehicle_running_yuan, reception_yuan,
    rest_yuan
FROM three_public
ORDER BY three_public_yuan DESC, department_name
