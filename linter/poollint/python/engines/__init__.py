"""What the calls that make engines mean: the URL, the pool, the role."""
