from collections.abc import Iterator

from poollint.catalogue.platforms import Runtime
from poollint.equation import figure
from poollint.rule import Measure, Note, Problem, Severity, rule
from poollint.source import Span
from poollint.topology import Client, Topology
from poollint.values import Confidence, Known, confidence, likely_bounds, origin_of, possible
from poollint_rules.engines import is_long_running, is_networked, is_queue, judged, place
from poollint_rules.hops import SURENESS
from poollint_rules.serverless.runtimes import connections, runtime_of


@rule(
    code="POOL324",
    severity=Severity.INFO,
    since="0.1.0",
    sources=(
        "https://docs.cloud.google.com/run/docs/about-concurrency",
        "https://docs.cloud.google.com/sql/docs/postgres/quotas",
    ),
)
def pool_larger_than_concurrency(topology: Topology) -> Iterator[Problem]:
    """A pool can open more connections than its container gets requests, or than its platform allows.

    `containerConcurrency` is how many requests one container of Cloud Run or Knative gets at once. Connections beyond that are
    never used by requests that take one each, and in a budget they look like demand. Cloud Run's built-in connection to Cloud SQL (the
    sockets below `/cloudsql`) also has a limit of its own: 100 connections for each instance. Beyond it a connect fails, in psycopg2's words:

        sqlalchemy.exc.OperationalError: (psycopg2.OperationalError) server closed the connection unexpectedly

    Google documents this limit; unlike those of other pages it was not tried on a server of our own.

    ## Bad

    ```python title="app/db.py"
    import os

    from sqlalchemy.ext.asyncio import create_async_engine

    engine = create_async_engine(os.environ["DATABASE_URL"], pool_size=20, max_overflow=10, pool_pre_ping=True)
    ```

    ```python title="app/main.py"
    from app.db import engine
    ```

    ```yaml title="service.yaml"
    apiVersion: serving.knative.dev/v1
    kind: Service
    metadata: {name: api}
    spec:
      template:
        spec:
          containerConcurrency: 10
          containers:
            - image: registry.example.com/api
              command: [uvicorn, "app.main:app"]
              env:
                - {name: DATABASE_URL, value: postgresql+asyncpg://app@main/shop}
    ```

    ## Good

    ```python title="app/db.py"
    import os

    from sqlalchemy.ext.asyncio import create_async_engine

    engine = create_async_engine(os.environ["DATABASE_URL"], pool_size=8, max_overflow=2, pool_pre_ping=True)
    ```

    ## How it is decided

    `pool_size + max_overflow` of one process against the concurrency of its container: an *info*. An *error* when the
    processes of one instance can open more than the platform's own limit, and the URL leads through its sockets. The
    concurrency that Cloud Run takes when none is set depends on the tool that creates the service, so it lowers the confidence.

    ## When to ignore it

    When a request uses several connections at once.
    """
    for engine, client in judged(topology):
        if client is None or not (
            is_queue(engine) and is_networked(engine) and is_long_running(engine, client)
        ):
            continue
        found = runtime_of(client.workload.platform)
        if found is None or found.kind == "function":
            continue
        problem = _beyond_cap(client, found) or _beyond_concurrency(client)
        if problem is not None:
            yield problem


def _beyond_cap(client: Client, runtime: Runtime) -> Problem | None:
    engine, cap = client.engine, runtime.database_connections
    each, processes = connections(engine, client), likely_bounds(client.program.processes)
    least = (each * processes).least
    if cap is None or least <= cap or not _by_socket(client, runtime.database_sockets):
        return None
    return Problem(
        place(engine, "pool_size"),
        f"'{engine.name}' can open {figure(least)} connections in one instance of '{client.workload.name}', "
        f"and its sockets to Cloud SQL allow {cap}",
        subject=(engine.name, client.workload.name, "cap"),
        label=f"at most {cap}",
        notes=(Note(client.workload.at, f"{cap} connections an instance", "workload"),),
        confidence=min(_sureness(runtime), confidence(engine.pool.size), confidence(engine.pool.overflow)),
        severity=Severity.ERROR,
        measure=Measure(least, cap, "connections"),
    )


def _sureness(runtime: Runtime) -> Confidence:
    return SURENESS.get(runtime.confidence, Confidence.LOW)


def _by_socket(client: Client, folder: str) -> bool:
    """Whether the way leads through the sockets of the platform's own proxy: its limit counts there alone."""
    hosts = possible(client.engine.url.host)
    return all(isinstance(leaf, Known) and str(leaf.value).startswith(folder) for leaf in hosts)


def _beyond_concurrency(client: Client) -> Problem | None:
    engine, limit = client.engine, client.workload.concurrency
    each = connections(engine, client).least
    if limit is None or likely_bounds(limit).most >= each:
        return None
    most, origin = likely_bounds(limit).most, origin_of(limit)
    at = origin if isinstance(origin, Span) else client.workload.at
    return Problem(
        place(engine, "pool_size"),
        f"'{engine.name}' can open {figure(each)} connections in a process, but a container of "
        f"'{client.workload.name}' gets {figure(most)} requests at once",
        subject=(engine.name, client.workload.name),
        label=f"{figure(most)} are enough",
        notes=(Note(at, f"{figure(most)} requests at once", "workload"),),
        confidence=min(confidence(limit), confidence(engine.pool.size), confidence(engine.pool.overflow)),
        measure=Measure(each, most, "connections"),
    )
