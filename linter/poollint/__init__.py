"""A static linter for SQLAlchemy connection pools and the deployments they run in."""
