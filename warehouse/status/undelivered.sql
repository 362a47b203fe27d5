-- Digests that no channel took yet, as of the last night's load; what was given up is kept as files.
SELECT
    audience_id AS audience, (created_at AT TIME ZONE 'UTC' AT TIME ZONE 'Asia/Shanghai')::DATE AS of, subject, attempts,
    CASE WHEN abandoned_at IS NULL THEN 'tried again every night' ELSE 'given up' END AS state, last_error AS why
FROM alert_delivery
WHERE sent_at IS NULL AND attempts > 0
ORDER BY created_at, audience_id
