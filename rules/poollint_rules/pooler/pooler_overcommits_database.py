from collections.abc import Iterator
from math import inf

from poollint.budget import database_budgets
from poollint.equation import figure
from poollint.rule import Detail, Measure, Note, Problem, Severity, rule
from poollint.topology import Topology
from poollint.values import Confidence, confidence, likely_bounds


@rule(
    code="POOL601",
    severity=Severity.ERROR,
    since="0.1.0",
    sources=(
        "https://www.pgbouncer.org/config.html#default_pool_size",
        "https://www.pgbouncer.org/config.html#max_db_connections",
    ),
)
def pooler_overcommits_database(topology: Topology) -> Iterator[Problem]:
    """A pooler can open more server connections than its database accepts.

    `default_pool_size` counts for each pair of user and database and for each PgBouncer process. With replicas of the
    pooler, or with `so_reuseport` and several processes, the product passes `max_connections`, and clients of the pooler read

        FATAL: sorry, too many clients already

    although the pooler was put there to prevent just that. `max_db_connections` caps what one process opens for a database.

    ## Bad

    ```python title="app/db.py"
    import os

    from sqlalchemy import create_engine

    engine = create_engine(os.environ["DATABASE_URL"], pool_pre_ping=True)
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
        deploy: {replicas: 3}
        environment:
          DB_HOST: db
          POOL_MODE: transaction
          DEFAULT_POOL_SIZE: "50"
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
        deploy: {replicas: 3}
        environment:
          DB_HOST: db
          POOL_MODE: transaction
          DEFAULT_POOL_SIZE: "30"
      db:
        image: postgres:16
    ```

    ## How it is decided

    instances x databases that the clients ask for x (`default_pool_size` + `reserve_pool_size`), capped by `max_db_connections`,
    against `max_connections` less the reserved slots. One user a database is assumed; more make it worse.

    ## When to ignore it

    When the clients can never ask for that many server connections at once.
    """
    for budget in database_budgets(topology):
        accepted = likely_bounds(budget.capacity).most
        for term in budget.terms:
            total = term.total(likely_bounds).most
            if term.pooler is None or not accepted < total < inf:
                continue
            size = term.pooler.setting("default_pool_size")
            yield Problem(
                term.pooler.at if size is None else size.at,
                f"'{term.name}' can open {figure(total)} connections to '{budget.server.name}'; "
                f"it accepts {figure(accepted)}",
                subject=(term.name, budget.server.name),
                label=f"{term.parts} for each user and database",
                notes=(Note(budget.server.at, f"accepts {figure(accepted)}", "database"),),
                details=(
                    Detail(
                        "sum",
                        (
                            (
                                f"{term.parts} a pair x {figure(likely_bounds(term.pods).most)} instances "
                                f"= {figure(total)}"
                            ),
                        ),
                    ),
                ),
                confidence=max(Confidence.MEDIUM, min(confidence(term.pods), confidence(budget.capacity))),
                measure=Measure(total, accepted, "connections"),
            )
