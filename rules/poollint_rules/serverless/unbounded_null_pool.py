from collections.abc import Iterator
from math import inf

from poollint.equation import figure
from poollint.rule import Note, Problem, Severity, rule
from poollint.topology import Client, Topology
from poollint.values import Confidence, Value, confidence, likely_bounds
from poollint_rules.engines import is_long_running, is_networked, judged, place, pool_kind
from poollint_rules.hops import is_direct

SERVES = "app"


@rule(
    code="POOL323",
    severity=Severity.WARNING,
    since="0.1.0",
    sources=(
        "https://docs.sqlalchemy.org/en/20/core/pooling.html#switching-pool-implementations",
        "https://docs.cloud.google.com/run/docs/about-concurrency",
        "https://docs.cloud.google.com/sql/docs/postgres/manage-connections",
    ),
)
def unbounded_null_pool(topology: Topology) -> Iterator[Problem]:
    """NullPool in a process that serves many requests at once: nothing limits its connections.

    NullPool opens a connection for each checkout and closes it afterwards. Where a process serves one request at a time that is at
    most one. A container on Cloud Run or Knative gets up to 80 or 1000 requests at once, and an async web server takes all that come:
    each has a connection of its own, a slow query piles them up, and the database says

        FATAL: sorry, too many clients already

    The advice "use NullPool in serverless" is for functions that serve one request at a time, and for poolers behind it. A connect costs about
    eleven times a pooled checkout besides.

    ## Bad

    ```python title="app/db.py"
    import os

    from sqlalchemy import NullPool
    from sqlalchemy.ext.asyncio import create_async_engine

    engine = create_async_engine(os.environ["DATABASE_URL"], poolclass=NullPool)
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
          DATABASE_URL: postgresql+asyncpg://app@main/shop
      main:
        image: postgres:16
    ```

    ## Good

    ```python title="app/db.py"
    import os

    from sqlalchemy.ext.asyncio import create_async_engine

    engine = create_async_engine(os.environ["DATABASE_URL"], pool_size=5, max_overflow=2, pool_pre_ping=True)
    ```

    ## How it is decided

    The pool is a NullPool; the workload is a server that does more than one piece of work at a time by the files (an async server, threads, the
    concurrency of a container platform); the way to the database is known, and no pooler is on it. Silent behind a pooler, for
    synchronous workers, for tasks, for an engine that the function which makes it disposes of, and where the way is not known.

    ## When to ignore it

    When something else bounds the requests in a process: `--limit-concurrency`, a semaphore, a gateway.
    """
    for engine, client in judged(topology):
        if client is None or pool_kind(engine) != "none" or engine.disposed:
            continue
        if not (is_networked(engine) and is_long_running(engine, client) and is_direct(client)):
            continue
        at_once = _at_once(client)
        if likely_bounds(at_once).least <= 1 or client.program.role != SERVES:
            continue
        most = likely_bounds(at_once).most
        many = "as many requests as come" if most == inf else f"{figure(most)} requests"
        yield Problem(
            place(engine, "poolclass"),
            f"'{engine.name}' in '{client.workload.name}' has no pool, and each process serves {many} at once: "
            "nothing limits its connections",
            subject=(engine.name, client.workload.name),
            label="no upper bound",
            notes=(Note(client.program.at, f"{many} at once", "workload"),),
            confidence=min(confidence(engine.pool.cls), max(Confidence.MEDIUM, confidence(at_once))),
        )


def _at_once(client: Client) -> Value:
    """How much one process does at once; the platform's limit for a copy bounds it where there is one."""
    limit = client.workload.concurrency
    if limit is not None and likely_bounds(limit).most < likely_bounds(client.program.at_once).least:
        return limit
    return client.program.at_once
