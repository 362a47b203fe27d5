-- Everybody whom the catalogue has named: an entry that is broken tonight still stands here, so its alert is not lost.
SELECT audience_id, audience_name
FROM dim_audience
ORDER BY audience_id
