(
    $says(cost.indicator_name) OR cost.project_number IN $named
)
