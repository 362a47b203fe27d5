-- The codes that documents show. The names of the lower levels are as first published.
SELECT
    account.account_code, coalesce(official.account_name, account.account_name) AS account_name, account.account_class, account.account_level,
    account.parent_account_code, official.first_year, official.last_year, official.account_code IS NOT NULL AS is_official_name
FROM dim_account AS account
LEFT JOIN dim_account_name AS official ON official.account_code = account.account_code
