"""Budgets across files: 5xx."""
