-- who: auditor
-- zh: 哪些文件或项目公布了两次？
-- en: What was published twice?
SELECT department_name, fiscal_year, rule, label, message_zh
FROM quality
WHERE rule IN ('duplicate-document', 'duplicate-project', 'copied-indicators')
ORDER BY ALL
