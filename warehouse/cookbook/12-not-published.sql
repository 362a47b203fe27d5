-- who: congress
-- zh: 谁应公开而没有公开，或公开了无法读取的文件？
-- en: Who owes a publication, or published a file that cannot be read?
SELECT department_name, fiscal_year, stage, due_date, status, address
FROM coverage
WHERE status IN ('not_published', 'unreadable')
ORDER BY fiscal_year, department_name
