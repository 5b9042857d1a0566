"""The interpreter: expressions -> values, and the calls that make engines."""
