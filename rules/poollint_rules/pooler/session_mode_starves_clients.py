from collections.abc import Iterator
from math import inf

from poollint.budget import Budget, pooler_budgets
from poollint.equation import figure
from poollint.facts import Pooler
from poollint.rule import Measure, Note, Problem, Severity, rule
from poollint.topology import Topology
from poollint.values import Bounds, Confidence, bounds, confidence, likely_bounds
from poollint_rules.budgets.explaining import names
from poollint_rules.pooler.sizes import ServerPool, server_pool


@rule(
    code="POOL405",
    severity=Severity.ERROR,
    since="0.1.0",
    sources=(
        "https://www.pgbouncer.org/features.html",
        "experiment: six pooled clients on default_pool_size 3 in session mode, PgBouncer 1.18 and 1.25",
    ),
)
def session_mode_starves_clients(topology: Topology) -> Iterator[Problem]:
    """A session-mode pooler has fewer server connections than its clients keep open.

    In session mode a client holds a server connection until it disconnects, and a pooled client does not disconnect. As
    soon as more connections are pooled than the pooler has for that user and database, the rest hang for
    `query_wait_timeout` (120 seconds) and are then thrown out:

        asyncpg.exceptions.ConnectionDoesNotExistError: connection was closed in the middle of operation: query_wait_timeout
        sqlalchemy.exc.OperationalError: (psycopg.errors.ProtocolViolation) query_wait_timeout

    Session mode is the default of PgBouncer, of CloudNativePG's Pooler, of Crunchy's operator and of the edoburu and bitnami images.

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
        command: uvicorn app.main:app
        environment:
          DATABASE_URL: postgresql+psycopg2://app@pgbouncer/shop
      pgbouncer:
        image: edoburu/pgbouncer:v1.25.1-p0
        environment:
          DB_HOST: db
          POOL_MODE: session
          DEFAULT_POOL_SIZE: "10"
      db:
        image: postgres:16
    ```

    ## Good

    ```yaml title="compose.yaml"
    services:
      api:
        build: .
        command: uvicorn app.main:app
        environment:
          DATABASE_URL: postgresql+psycopg2://app@pgbouncer/shop
      pgbouncer:
        image: edoburu/pgbouncer:v1.25.1-p0
        environment:
          DB_HOST: db
          POOL_MODE: transaction
          DEFAULT_POOL_SIZE: "10"
      db:
        image: postgres:16
    ```

    ## How it is decided

    The pooler is in session mode, by its configuration or its documented default, and the sum of its clients (pods x processes x
    (pool_size + max_overflow)) is above `default_pool_size` (or the database's own `pool_size`) plus the reserve, times instances.
    An *error* when what the files prove to be in use at once is too much, a *warning* when only the configured ceiling is, or a default is needed.

    ## When to ignore it

    When the clients use NullPool and disconnect after each unit of work.
    """
    for budget in pooler_budgets(topology):
        pooler = budget.server
        if not isinstance(pooler, Pooler) or not budget.terms:
            continue
        pool = server_pool(pooler, budget)
        if pool is not None and (severity := starvation(budget, pool)) is not None:
            yield _problem(budget, pooler, pool, severity)


def starvation(budget: Budget, pool: ServerPool) -> Severity | None:
    """How bad it is that clients of a session-mode pooler outnumber its server connections."""
    room: Bounds = likely_bounds(pool.connections)
    if room.most == inf:
        return None
    if budget.total(bounds, in_use=True).least > room.most:
        return Severity.ERROR
    return Severity.WARNING if inf > budget.steady > room.most else None


def _problem(budget: Budget, pooler: Pooler, pool: ServerPool, severity: Severity) -> Problem:
    room = likely_bounds(pool.connections).most
    return Problem(
        pool.at,
        f"{names(budget)} can keep {figure(budget.steady)} connections to '{pooler.name}' in session mode, "
        f"which has {figure(room)} server connections for them",
        subject=(pooler.name,),
        label=f"{figure(room)} server connections",
        notes=tuple(
            Note(term.at, f"{figure(term.total(likely_bounds).most)} of '{term.name}'", "engine")
            for term in budget.terms
        ),
        confidence=Confidence.HIGH
        if severity is Severity.ERROR
        else min(Confidence.MEDIUM, confidence(pooler.mode)),
        severity=severity,
        measure=Measure(budget.steady, room, "connections"),
    )
