"""A static linter for SQLAlchemy connection pools and the deployments they run in."""

__version__ = "0.1.0"
