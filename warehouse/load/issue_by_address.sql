INSERT INTO quality_issue BY NAME
SELECT issue.* REPLACE (known.by_address AS fingerprint)
FROM quality_issue AS issue
JOIN (SELECT DISTINCT by_name, by_address FROM known_by_name) AS known ON known.by_name = issue.fingerprint
ANTI JOIN quality_issue AS there ON there.fingerprint = known.by_address
