"""Credentials and transport: 7xx."""
