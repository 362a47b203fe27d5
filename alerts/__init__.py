"""Who hears of what: one digest per audience and night, an outbox that survives a crash, delivery to files or channels."""
