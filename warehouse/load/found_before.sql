-- What the replaced readings found: what is found again keeps the run that found it first.
CREATE OR REPLACE TEMP TABLE found_before AS
SELECT document_key, finding_key, subject, subject_no, run_key FROM fact_finding SEMI JOIN replaced USING (document_key)
UNION ALL BY NAME
SELECT document_key, subject, subject_no, run_key FROM quarantine SEMI JOIN replaced USING (document_key)
