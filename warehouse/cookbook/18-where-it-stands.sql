-- who: journalist
-- zh: 某个数字在原件的哪里？
-- en: Where does a number stand in the original?
-- note: `yusuan show 地址 --page 页 --row 行` 把它画出来。 / `yusuan show ADDRESS --page PAGE --row ROW` draws it.
SELECT project_name, amount_yuan, address, page, row
FROM project
WHERE department_name LIKE '广州市天河区%' AND project_name = '人大会议经费'
