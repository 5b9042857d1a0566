from collections.abc import Iterator

from poollint.catalogue.platforms import Runtime
from poollint.equation import figure
from poollint.facts import Made
from poollint.rule import Measure, Note, Problem, Severity, rule
from poollint.topology import Topology
from poollint.values import Value, confidence, likely_bounds
from poollint_rules.engines import is_long_running, is_networked, is_queue, judged, place
from poollint_rules.serverless.runtimes import connections, functions

ONE_AT_A_TIME = 1


@rule(
    code="POOL321",
    severity=Severity.WARNING,
    since="0.1.0",
    sources=(
        "https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html",
        "experiment: frozen processes with pools and NullPool, SQLAlchemy 2.0.57 and 2.1.9 against PostgreSQL and PgBouncer",
    ),
)
def queue_pool_in_lambda(topology: Topology) -> Iterator[Problem]:
    """A pool of several connections where a process serves one request at a time.

    An execution environment of AWS Lambda, and of a Cloud Function of the first generation, gets one request and no other until that
    one is answered. Pools open connections on demand, so such a process opens *one*, whatever `pool_size` says; 500 environments are
    about 500 connections, not 500 times `pool_size`. What the larger numbers do is to hide a leak, and to mislead the next reader of the budget.

    Between requests the environment is frozen with its connection open. When the server or a proxy ends it meanwhile,
    the first statement after the thaw fails:

        sqlalchemy.exc.InterfaceError: (sqlalchemy.dialects.postgresql.asyncpg.InterfaceError) connection is closed
        asyncpg.exceptions._base.InternalClientError: cannot switch to state 15; another operation (2) is in progress
        sqlalchemy.exc.OperationalError: (psycopg2.OperationalError) server closed the connection unexpectedly

    One connection with pre-ping survives that, as does NullPool, which connects for each unit of work.

    ## Bad

    ```python title="app.py"
    import os

    from sqlalchemy import create_engine, text

    engine = create_engine(os.environ["DATABASE_URL"], pool_size=5, pool_pre_ping=True)


    def lambda_handler(event, context):
        with engine.connect() as connection:
            return connection.execute(text("SELECT count(*) FROM orders")).scalar()
    ```

    ## Good

    ```python title="app.py"
    import os

    from sqlalchemy import create_engine, text

    engine = create_engine(os.environ["DATABASE_URL"], pool_size=1, max_overflow=0, pool_pre_ping=True)


    def lambda_handler(event, context):
        with engine.connect() as connection:
            return connection.execute(text("SELECT count(*) FROM orders")).scalar()
    ```

    ## How it is decided

    The engine runs in a deployed function, or a handler in the code leads to it by imports and no manifest runs it elsewhere; the
    platform is documented to give an environment one request at a time; `pool_size + max_overflow` is above 1. Silent for NullPool and
    for one connection. A function whose concurrency is raised in its manifest is judged by that number.

    ## When to ignore it

    When one invocation really works on several connections at once (`asyncio.gather` with a session each).
    """
    for engine, client in judged(topology):
        if not (is_queue(engine) and is_networked(engine) and is_long_running(engine, client)):
            continue
        if engine.made is Made.FUNCTION_HANDLER:
            continue
        raised = None if client is None else client.workload.concurrency
        most = connections(engine, client).least
        for where in functions(topology, engine, client):
            if most <= ONE_AT_A_TIME or not _serves_one(where.runtime, raised):
                continue
            yield Problem(
                place(engine, "pool_size"),
                f"'{engine.name}' may open {figure(most)} connections in each environment of {where.runtime.title} "
                f"'{where.name}', which serves one request at a time: about one is opened, and kept while it is frozen",
                subject=(engine.name, where.name),
                label="1 is enough",
                notes=(Note(where.at, "one request at a time", "workload"),),
                confidence=min(
                    where.confidence, confidence(engine.pool.size), confidence(engine.pool.overflow)
                ),
                measure=Measure(most, ONE_AT_A_TIME, "connections"),
            )


def _serves_one(runtime: Runtime, raised: Value | None) -> bool:
    if raised is None:
        return runtime.concurrency == ONE_AT_A_TIME
    return likely_bounds(raised).most == ONE_AT_A_TIME
