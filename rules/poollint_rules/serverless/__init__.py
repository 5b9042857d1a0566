"""Functions and containers that scale by themselves: 32x."""
