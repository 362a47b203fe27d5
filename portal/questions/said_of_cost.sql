(
    cost.indicator_key IN (SELECT indicator_key FROM dim_indicator WHERE $says(indicator_name)) OR cost.project_number IN $named
)
