-- The documents whose rows are loaded: the rest is there already, or has values that do not fit.
CREATE OR REPLACE TEMP TABLE loaded AS
SELECT document_no, document_key, document_id, department_id, fiscal_year, stage, outcome
FROM arrived
WHERE outcome <> 'duplicate' AND NOT is_unfit AND NOT is_kept
