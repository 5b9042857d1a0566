"""LibCST -> expressions -> values -> engines."""
