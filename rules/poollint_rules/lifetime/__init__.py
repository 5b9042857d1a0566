"""Lifetime of engines and sessions: 3xx."""
