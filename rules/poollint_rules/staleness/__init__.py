"""Staleness and liveness: 1xx."""
