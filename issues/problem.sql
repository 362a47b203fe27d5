-- The problems that stand tonight, one row each, with the figures of the document that showed them first.
-- A problem stands as long as the document in which it was found; one of the rules over the warehouse as long as they find it.
-- These have no subject in a document: a rule may run over both.
CREATE OR REPLACE TEMP TABLE problem AS
WITH standing AS (
    SELECT finding.*
    FROM fact_finding AS finding
    SEMI JOIN standing_finding ON standing_finding.finding_key = finding.finding_key
    ANTI JOIN checked_rule ON checked_rule.rule = finding.rule AND finding.subject_no IS NULL
    UNION ALL
    SELECT finding.*
    FROM fact_finding AS finding
    SEMI JOIN staged_warehouse_finding AS tonight
        ON tonight.rule = finding.rule AND tonight.document_key IS NOT DISTINCT FROM finding.document_key
        AND fingerprint(tonight.rule, tonight.department_id, tonight.fiscal_year, tonight.stage, tonight.label) = finding.fingerprint
)
SELECT standing.* REPLACE (coalesce(judged.severity, standing.severity) AS severity), department.audience_id
FROM standing
ANTI JOIN (FROM adjusted_finding WHERE NOT is_expired) AS excused ON excused.finding_key = standing.finding_key
LEFT JOIN standing_finding AS judged ON judged.finding_key = standing.finding_key    -- its severity is the one decided
JOIN dim_department AS department ON department.department_id = standing.department_id AND department.is_current
LEFT JOIN load_run AS run ON run.run_key = standing.run_key
QUALIFY row_number() OVER (
    PARTITION BY standing.fingerprint ORDER BY run.started_at, standing.document_key, standing.subject_no, standing.finding_no
) = 1
