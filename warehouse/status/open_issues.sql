-- Dates are days in China, as in the digests.
SELECT
    severity, rule, count(*) AS issues, count(DISTINCT department_id) AS departments,
    (min(first_seen_at) AT TIME ZONE 'UTC' AT TIME ZONE 'Asia/Shanghai')::DATE AS oldest
FROM quality_issue
WHERE state <> 'resolved'
GROUP BY severity, rule
ORDER BY list_position(['critical', 'warning', 'info'], severity), issues DESC, rule
