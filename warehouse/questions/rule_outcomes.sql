-- How often a rule passed, failed and did not apply: in what is in force, by the last run that judged each document or the warehouse.
SELECT
    sum(passed)::BIGINT AS passed, sum(failed)::BIGINT AS failed, sum(not_applicable)::BIGINT AS not_applicable,
    list_sort(list_distinct(flatten(list(string_split(reason, ','))))) AS reasons
FROM (
    SELECT outcome.*
    FROM fact_rule_outcome AS outcome
    JOIN load_run AS run USING (run_key)
    WHERE outcome.rule = $rule AND (outcome.document_key IS NULL OR outcome.document_key IN (SELECT document_key FROM document))
    QUALIFY row_number() OVER (PARTITION BY outcome.document_key ORDER BY run.started_at DESC) = 1
)
