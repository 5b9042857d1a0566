from collections.abc import Iterator

from poollint.budget import pooler_budgets
from poollint.equation import figure
from poollint.facts import Pooler
from poollint.rule import Note, Problem, Severity, rule
from poollint.topology import Topology
from poollint.values import Confidence, Default, Known, likely_bounds
from poollint_rules.budgets.explaining import names
from poollint_rules.pooler.session_mode_starves_clients import starvation
from poollint_rules.pooler.sizes import server_pool


@rule(
    code="POOL603",
    severity=Severity.WARNING,
    since="0.1.0",
    sources=(
        "https://www.pgbouncer.org/config.html#pool_mode",
        "https://cloudnative-pg.io/documentation/current/connection_pooling/",
    ),
)
def pooler_defaults_to_session(topology: Topology) -> Iterator[Problem]:
    """A pooler's mode is left to its default, which is session.

    In session mode every connection that an application keeps in its pool holds a server connection, so the pooler saves nothing: it adds a
    hop, and a second limit. PgBouncer, CloudNativePG's Pooler, Crunchy's operator and the edoburu and bitnami images all default to
    session; most teams that put them in front of SQLAlchemy meant transaction mode and never noticed, until

        sqlalchemy.exc.OperationalError: (psycopg.errors.ProtocolViolation) query_wait_timeout

    ## Bad

    ```python title="app/db.py"
    import os

    from sqlalchemy import create_engine

    engine = create_engine(os.environ["DATABASE_URL"], pool_size=2, max_overflow=0, pool_pre_ping=True)
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
      db:
        image: postgres:16
    ```

    ## How it is decided

    Nothing in the files sets the mode, the documented default is session, and engines of more than one process reach the
    pooler. When they already ask for more than it has, it is `session-mode-starves-clients` instead.

    ## When to ignore it

    When session mode is meant (`LISTEN`, advisory locks, temporary tables). Write it down then: `POOL_MODE: session`.
    """
    for budget in pooler_budgets(topology):
        pooler = budget.server
        if not isinstance(pooler, Pooler) or not _is_left_to_default(pooler):
            continue
        copies = sum(term.copies(likely_bounds).most for term in budget.terms)
        pool = server_pool(pooler, budget)
        if copies <= 1 or pool is None or starvation(budget, pool) is not None:
            continue
        yield Problem(
            pooler.at,
            f"the mode of '{pooler.name}' is left to its default, session, in front of {names(budget)}",
            subject=(pooler.name,),
            label="no pool mode",
            notes=tuple(
                Note(term.at, f"{figure(term.copies(likely_bounds).most)} pools of '{term.name}'", "engine")
                for term in budget.terms
            ),
            confidence=Confidence.HIGH,
        )


def _is_left_to_default(pooler: Pooler) -> bool:
    mode = pooler.mode
    return isinstance(mode, Known) and mode.value == "session" and isinstance(mode.origin, Default)
