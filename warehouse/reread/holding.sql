-- What the warehouse holds of each of these documents; `content` tells apart what has the same counts and sums.
WITH own AS (
    SELECT * FROM dim_document WHERE list_contains($keys::BIGINT[], document_key)
),
line AS (
    SELECT document_key, count(*) AS line_count, sum(amount_yuan) AS amount_yuan, bit_xor(hash(fact)) AS content
    FROM fact_budget_line AS fact GROUP BY document_key
),
project AS (
    SELECT document_key, count(*) AS project_count, sum(amount_yuan) AS amount_yuan, bit_xor(hash(fact)) AS content
    FROM fact_project AS fact GROUP BY document_key
),
funding AS (
    SELECT document_key, sum(amount_yuan) AS amount_yuan, bit_xor(hash(fact)) AS content FROM fact_project_budget AS fact
    GROUP BY document_key
),
target AS (
    SELECT document_key, count(*) AS indicator_count, bit_xor(hash(fact)) AS content FROM fact_performance_target AS fact GROUP BY document_key
),
published_table AS (
    SELECT document_key, bit_xor(hash(fact)) AS content FROM fact_published_table AS fact GROUP BY document_key
),
total AS (
    SELECT document_key, bit_xor(hash(fact)) AS content FROM fact_project_total AS fact GROUP BY document_key
),
finding AS (
    SELECT document_key, count(*) AS finding_count, bit_xor(hash(fact)) AS content FROM fact_finding AS fact GROUP BY document_key
),
rejected AS (
    SELECT document_key, count(*) AS quarantined_count, bit_xor(hash(fact)) AS content FROM quarantine AS fact GROUP BY document_key
)
SELECT
    own.document_key, own.document_id AS address, own.outcome, own.error_code, own.fiscal_year, own.stage,
    coalesce(line.line_count, 0) AS line_count, line.amount_yuan AS line_yuan,
    coalesce(project.project_count, 0) AS project_count, project.amount_yuan AS project_yuan, funding.amount_yuan AS funding_yuan,
    coalesce(target.indicator_count, 0) AS indicator_count, coalesce(finding.finding_count, 0) AS finding_count,
    coalesce(rejected.quarantined_count, 0) AS quarantined_count,
    hash([
        own.published_department_name, line.content::VARCHAR, project.content::VARCHAR, funding.content::VARCHAR, target.content::VARCHAR,
        published_table.content::VARCHAR, total.content::VARCHAR, finding.content::VARCHAR, rejected.content::VARCHAR
    ]) AS content
FROM own
LEFT JOIN line ON line.document_key = own.document_key
LEFT JOIN project ON project.document_key = own.document_key
LEFT JOIN funding ON funding.document_key = own.document_key
LEFT JOIN target ON target.document_key = own.document_key
LEFT JOIN published_table ON published_table.document_key = own.document_key
LEFT JOIN total ON total.document_key = own.document_key
LEFT JOIN finding ON finding.document_key = own.document_key
LEFT JOIN rejected ON rejected.document_key = own.document_key
