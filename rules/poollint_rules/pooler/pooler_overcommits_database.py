from collections.abc import Iterator
from math import inf

from poollint.budget import Budget, database_budgets
from poollint.equation import figure, is_unlimited
from poollint.facts import Pooler
from poollint.rule import Detail, Measure, Note, Problem, Severity, rule
from poollint.server_side import AS_CLIENTS
from poollint.source import Span
from poollint.terms import Term
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

    A pool without a limit (`pool_size 0` of Odyssey) opens as many as its clients ask for, and these are counted. It is a
    warning where that is not known either: then nothing keeps the pooler below what the database accepts.

    ## When to ignore it

    When the clients can never ask for that many server connections at once.
    """
    for budget in database_budgets(topology):
        accepted = likely_bounds(budget.capacity).most
        for term in budget.terms:
            pooler = term.pooler
            if pooler is None or accepted == inf:
                continue
            if is_unlimited(term):
                yield _without_limit(pooler, budget)
            elif accepted < term.total(likely_bounds).most < inf:
                yield _too_many(term, pooler, budget)


def _too_many(term: Term, pooler: Pooler, budget: Budget) -> Problem:
    total, accepted = term.total(likely_bounds).most, likely_bounds(budget.capacity).most
    pair, whole = (
        " for each user and database",
        f"{term.parts} a pair x {figure(likely_bounds(term.pods).most)} instances",
    )
    if term.parts == AS_CLIENTS:
        pair, whole = "", AS_CLIENTS
    return Problem(
        _written_at(pooler),
        f"'{term.name}' can open {figure(total)} connections to '{budget.server.name}'; it accepts {figure(accepted)}",
        subject=(term.name, budget.server.name),
        label=f"{term.parts}{pair}",
        notes=(Note(budget.server.at, f"accepts {figure(accepted)}", "database"),),
        details=(Detail("sum", (f"{whole} = {figure(total)}",)),),
        confidence=max(Confidence.MEDIUM, min(confidence(term.pods), confidence(budget.capacity))),
        measure=Measure(total, accepted, "connections"),
    )


def _without_limit(pooler: Pooler, budget: Budget) -> Problem:
    accepted = figure(likely_bounds(budget.capacity).most)
    return Problem(
        _written_at(pooler),
        f"nothing limits how many connections '{pooler.name}' opens to '{budget.server.name}', which accepts {accepted}, "
        "and how many its clients ask for is not known",
        subject=(pooler.name, budget.server.name),
        label="no limit",
        notes=(Note(budget.server.at, f"accepts {accepted}", "database"),),
        confidence=Confidence.MEDIUM,
        severity=Severity.WARNING,
    )


def _written_at(pooler: Pooler) -> Span:
    size = pooler.setting("default_pool_size")
    return pooler.at if size is None else size.at
