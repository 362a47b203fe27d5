-- who: auditor
-- zh: 某日公布的 2023 年项目支出是多少（按文件版本）？
-- en: What did the files of 2023 say on a day, version by version?
-- note: 把日期换成所问的那一天（UTC）。两个地址的同一文件各列一行，不要相加。 / Put the day (UTC) in. One file at two addresses has two rows: do not add them.
SELECT department_name, address, version_no, count(*) AS projects, sum(amount_yuan) AS amount_yuan
FROM project_version
WHERE fiscal_year = 2023 AND stage = 'budget' AND valid_from < TIMESTAMP '2100-01-01' AND coalesce(valid_to >= TIMESTAMP '2100-01-01', true)
GROUP BY department_name, address, version_no
ORDER BY department_name, address
