SELECT audience_id, audience_name, severity FROM staged_audience
