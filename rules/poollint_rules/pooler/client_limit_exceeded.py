from collections.abc import Iterator
from math import inf

from poollint.budget import Budget, pooler_budgets
from poollint.equation import figure
from poollint.rule import Problem, Severity, rule
from poollint.topology import Topology
from poollint.values import bounds, likely_bounds
from poollint_rules.budgets.explaining import names, overdrawn


@rule(
    code="POOL406",
    severity=Severity.ERROR,
    since="0.1.0",
    sources=(
        "https://www.pgbouncer.org/config.html#max_client_conn",
        "experiment: max_client_conn 6 with four engines of 5 + 2, PgBouncer 1.18 and 1.25",
    ),
)
def client_limit_exceeded(topology: Topology) -> Iterator[Problem]:
    """The clients of a pooler can open more connections than it admits.

    `max_client_conn` is 100 by default, in each PgBouncer process. It counts what the applications open, not what PgBouncer opens
    to the database. Beyond it every new client is refused:

        asyncpg.exceptions.ProtocolViolationError: no more connections allowed (max_client_conn)
        sqlalchemy.exc.OperationalError: (psycopg2.OperationalError) FATAL:  no more connections allowed (max_client_conn)

    A pooler is put in front of a database so that clients may be many, and then its own limit is forgotten. Client
    connections are cheap (about 2 kB each); a few thousand are fine.

    ## Bad

    ```python title="app/db.py"
    import os

    from sqlalchemy import create_engine

    engine = create_engine(os.environ["DATABASE_URL"], pool_size=20, max_overflow=10, pool_pre_ping=True)
    ```

    ```python title="app/main.py"
    from app.db import engine
    ```

    ```yaml title="compose.yaml"
    services:
      api:
        build: .
        command: uvicorn app.main:app --workers 4
        environment:
          DATABASE_URL: postgresql+psycopg2://app@pgbouncer/shop
      pgbouncer:
        image: edoburu/pgbouncer:v1.25.1-p0
        environment:
          DB_HOST: db
          POOL_MODE: transaction
      db:
        image: postgres:16
    ```

    ## Good

    ```yaml title="compose.yaml"
    services:
      api:
        build: .
        command: uvicorn app.main:app --workers 4
        environment:
          DATABASE_URL: postgresql+psycopg2://app@pgbouncer/shop
      pgbouncer:
        image: edoburu/pgbouncer:v1.25.1-p0
        environment:
          DB_HOST: db
          POOL_MODE: transaction
          MAX_CLIENT_CONN: "1000"
      db:
        image: postgres:16
    ```

    ## How it is decided

    The sum over all workloads that reach the pooler first, pods x processes x (pool_size + max_overflow), against
    `max_client_conn` (given, or PgBouncer's default of 100) times instances. An *error* when what the files prove to be in use
    at once is too much, a *warning* when only the configured ceiling is, or a default of a variable is needed.

    ## When to ignore it

    When the pools never fill: then smaller ones would say so to the next reader.
    """
    for budget in pooler_budgets(topology):
        severity = _severity(budget)
        if severity is not None:
            message = (
                f"{names(budget)} can open {figure(budget.peak)} connections to "
                f"'{budget.server.name}'; it admits {figure(budget.accepted)} (max_client_conn)"
            )
            yield overdrawn(budget, message, severity)


def _severity(budget: Budget) -> Severity | None:
    accepted = likely_bounds(budget.capacity)
    if accepted.most == inf or not budget.terms:
        return None
    if budget.total(bounds, in_use=True).least > accepted.most:
        return Severity.ERROR
    return Severity.WARNING if accepted.least < budget.peak < inf else None
