UPDATE fact_finding AS finding
SET run_key = found_before.run_key
FROM found_before
WHERE found_before.finding_key = finding.finding_key
