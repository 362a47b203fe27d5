-- who: journalist
-- zh: 哪些项目的名称、目标或指标提到“养护”？
-- en: Which projects say 养护 in their name, goal or indicators?
-- note: `yusuan search 养护` 按相关程度排列。 / `yusuan search 养护` ranks them.
SELECT department_name, fiscal_year, project_name, amount_yuan
FROM project
WHERE contains(concat_ws(' ', project_name, goal), '养护')
    OR (document_key, project_no) IN (
        SELECT (document_key, project_no) FROM indicator WHERE contains(concat_ws(' ', indicator_name, target_text), '养护')
    )
ORDER BY fiscal_year DESC, amount_yuan DESC, department_name
