DELETE FROM quality_issue WHERE fingerprint IN (SELECT by_name FROM known_by_name)
