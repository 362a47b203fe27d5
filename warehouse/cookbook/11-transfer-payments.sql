-- who: congress
-- zh: 公布了哪些转移支付？
-- en: Which transfer payments were published?
-- note: 样本中没有单独公布转移支付的表，也没有来自上级的项目资金。 / The samples publish no transfer payment apart.
SELECT 部门, 年度, 阶段, 种类, 名称, 金额, 公开地址, 页, 行
FROM 转移支付
ORDER BY ALL
