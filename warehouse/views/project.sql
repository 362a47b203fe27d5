WITH funding AS (
    SELECT
        document_key, project_no,
        sum(amount_yuan) FILTER (funding_source = 'fiscal_appropriation') AS fiscal_appropriation_yuan,
        sum(amount_yuan) FILTER (funding_source = 'special_account') AS special_account_yuan,
        sum(amount_yuan) FILTER (funding_source = 'other') AS other_yuan,
        sum(amount_yuan) FILTER (funding_source = 'carryover') AS carryover_yuan,
        sum(amount_yuan) FILTER (funding_source = 'general_budget') AS general_budget_yuan,
        sum(amount_yuan) FILTER (funding_source = 'government_fund') AS government_fund_yuan,
        sum(amount_yuan) FILTER (funding_source = 'state_capital') AS state_capital_yuan,
        sum(amount_yuan) FILTER (funding_source = 'unit_funds') AS unit_funds_yuan,
        sum(amount_yuan) FILTER (funding_source = 'superior_transfer') AS superior_transfer_yuan
    FROM fact_project_budget
    GROUP BY document_key, project_no
)
SELECT
    document.document_key, published.project_no, published.project_key, document.department_id, document.department_name,
    document.region_code, document.region_name, document.fiscal_year, document.stage, published.project_name,
    dim_project.project_standard_name, published.project_code, published.unit_name, published.amount_yuan,
    CAST(funding.fiscal_appropriation_yuan AS DECIMAL(18, 2)) AS fiscal_appropriation_yuan,
    CAST(funding.special_account_yuan AS DECIMAL(18, 2)) AS special_account_yuan,
    CAST(funding.other_yuan AS DECIMAL(18, 2)) AS other_yuan,
    CAST(funding.carryover_yuan AS DECIMAL(18, 2)) AS carryover_yuan,
    CAST(funding.general_budget_yuan AS DECIMAL(18, 2)) AS general_budget_yuan,
    CAST(funding.government_fund_yuan AS DECIMAL(18, 2)) AS government_fund_yuan,
    CAST(funding.state_capital_yuan AS DECIMAL(18, 2)) AS state_capital_yuan,
    CAST(funding.unit_funds_yuan AS DECIMAL(18, 2)) AS unit_funds_yuan,
    CAST(funding.superior_transfer_yuan AS DECIMAL(18, 2)) AS superior_transfer_yuan,
    published.goal, document.address, document.file_name, published.page, published.row, published.box
FROM fact_project AS published
JOIN counted_project AS counted
    ON counted.document_key = published.document_key AND counted.project_no = published.project_no
    AND counted.is_counted
JOIN document ON document.document_key = published.document_key
JOIN dim_project ON dim_project.project_key = published.project_key
LEFT JOIN funding ON funding.document_key = published.document_key AND funding.project_no = published.project_no
