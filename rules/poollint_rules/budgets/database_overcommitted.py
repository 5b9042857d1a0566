from collections.abc import Iterator
from dataclasses import replace
from math import inf

from poollint.budget import Budget, database_budgets
from poollint.equation import figure
from poollint.rule import Problem, Severity, rule
from poollint.topology import Topology
from poollint.values import bounds, likely_bounds
from poollint_rules.budgets.explaining import accepted, names, overdrawn


@rule(
    code="POOL501",
    severity=Severity.ERROR,
    since="0.1.0",
    sources=(
        "https://www.postgresql.org/docs/current/runtime-config-connection.html",
        "experiment: four engines of 5 + 2 against max_connections 20, PostgreSQL 15 and 18",
    ),
)
def database_overcommitted(topology: Topology) -> Iterator[Problem]:
    """The clients of a database can open more connections than it accepts.

    Every process has a pool of its own. A workload can open `pods x processes x (pool_size + max_overflow)`
    connections, and all workloads on a database share its `max_connections`. The sum is never written
    down anywhere, so it is found in production, at the first busy hour after somebody added a worker:

        FATAL: sorry, too many clients already
        FATAL: remaining connection slots are reserved for non-replication superuser connections

    From PostgreSQL 16 on the second one ends `... reserved for roles with the SUPERUSER attribute`. asyncpg raises
    `asyncpg.exceptions.TooManyConnectionsError`, psycopg `OperationalError`. Pools grow on demand, so
    nothing is seen until enough requests are in flight at once; then every new connection fails, also those of
    migrations and of the person who wants to look.

    ## Bad

    ```python title="app/db.py"
    import os

    from sqlalchemy.ext.asyncio import create_async_engine

    engine = create_async_engine(os.environ["DATABASE_URL"], pool_size=20, max_overflow=10, pool_pre_ping=True)
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
          DATABASE_URL: postgresql+asyncpg://app@main/shop
      main:
        image: postgres:16
    ```

    ## Good

    ```python title="app/db.py"
    import os

    from sqlalchemy.ext.asyncio import create_async_engine

    engine = create_async_engine(os.environ["DATABASE_URL"], pool_size=15, max_overflow=5, pool_pre_ping=True)
    ```

    ## How it is decided

    Capacity is `max_connections` less the reserved slots. Each client adds pods at the autoscaler's maximum x processes
    x what one process can open. A process never uses more connections of one engine than it does work at once: one for a
    synchronous gunicorn worker or a prefork child of celery, its threads for gthread, the whole pool for uvicorn and gevent.

    - *Error*, confidence high: what the files prove can be in use at once, between rollouts, is too much.
    - *Warning*, confidence medium: the configured ceiling is too much, or a default of an
      environment variable or a vendor's formula is needed to say so.
    - Silent when a factor is not known at all: `poollint inspect` lists it.

    Engines that exclude each other (branches of a condition) count once, with the largest.
    Clients behind a pooler count with what the pooler opens.

    ## When to ignore it

    When the ceiling is never reached because something outside the files bounds the work, for example a
    gateway that admits few requests. Declare what is missing first: `[tool.poollint.databases.main] max-connections = 400`.
    """
    for budget in database_budgets(topology):
        severity = _severity(budget) if _severity(_besides_poolers(budget)) else None
        if severity is not None:
            can = "can" if len({term.name for term in budget.terms}) > 1 else "can alone"
            message = (
                f"{names(budget)} {can} open {figure(budget.peak)} connections to "
                f"'{budget.server.name}'; it accepts {accepted(budget)}"
            )
            yield overdrawn(budget, message, severity)


def _severity(budget: Budget) -> Severity | None:
    """Error when what the files prove to be in use at once is more than the most that is accepted.

    Pools without any limit (NullPool, pool_size=0) prove little, and other rules report them.
    """
    if budget.total(bounds, in_use=True).least > bounds(budget.capacity).most:
        return Severity.ERROR
    capacity = likely_bounds(budget.capacity)
    if capacity.most == inf:
        return None
    return Severity.WARNING if inf > budget.total(likely_bounds).most > capacity.least else None


def _besides_poolers(budget: Budget) -> Budget:
    """Without the poolers that are too large alone: pooler-overcommits-database reports them."""
    most = likely_bounds(budget.capacity).most
    return replace(
        budget,
        terms=tuple(
            each for each in budget.terms if each.pooler is None or each.total(likely_bounds).most <= most
        ),
    )
