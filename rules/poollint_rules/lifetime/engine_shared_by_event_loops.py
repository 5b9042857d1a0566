from collections.abc import Iterator

from poollint.catalogue.drivers import driver, drivers
from poollint.facts import Engine, LoopRun, Made
from poollint.rule import Note, Problem, Severity, rule
from poollint.topology import Client, Topology
from poollint.values import Confidence, confidence
from poollint_rules.drivers import driver_name
from poollint_rules.engines import is_long_running, is_queue, judged, pool_kind, running_in

SHARED = frozenset({Made.MODULE, Made.CACHED})
CALLED = {
    Made.HANDLER: "a handler of requests",
    Made.TASK: "a task",
    Made.FUNCTION_HANDLER: "the handler of a cloud function",
}


@rule(
    code="POOL302",
    severity=Severity.ERROR,
    since="0.1.0",
    sources=(
        "https://docs.sqlalchemy.org/en/20/orm/extensions/asyncio.html#using-multiple-asyncio-event-loops",
        "experiment: one engine under asyncio.run, asyncpg, psycopg and aiosqlite, SQLAlchemy 2.0.57 and 2.1.9",
    ),
    scope="file",
)
def engine_shared_by_event_loops(topology: Topology) -> Iterator[Problem]:
    """A pooled async engine is used in a new event loop at every call.

    A connection of asyncpg belongs to the event loop that opened it. `asyncio.run` makes a new loop each time and closes it at the
    end; the pool of a global engine does not know, and hands the second call a connection of a loop that is gone. The first task
    works, the second fails:

        RuntimeError: Task <Task pending name='Task-5' ...> got Future <Future pending ...> attached to a different loop
        sqlalchemy.exc.InterfaceError: (sqlalchemy.dialects.postgresql.asyncpg.InterfaceError) cannot perform operation: another operation is in progress

    `pool_pre_ping` does not help: the ping fails in the same way, every other call. psycopg and aiosqlite bear it until a checkout has to wait:

        RuntimeError: <Queue at 0x7f... maxsize=5> is bound to a different event loop

    ## Bad

    ```python title="tasks.py"
    import asyncio

    from celery import Celery
    from sqlalchemy import text
    from sqlalchemy.ext.asyncio import create_async_engine

    app = Celery("shop")
    engine = create_async_engine("postgresql+asyncpg://app@db/shop", pool_pre_ping=True)


    async def count():
        async with engine.connect() as connection:
            return (await connection.execute(text("SELECT count(*) FROM orders"))).scalar()


    @app.task
    def report():
        return asyncio.run(count())
    ```

    ## Good

    ```python title="tasks.py"
    import asyncio

    from celery import Celery
    from sqlalchemy import NullPool, text
    from sqlalchemy.ext.asyncio import create_async_engine

    app = Celery("shop")
    engine = create_async_engine("postgresql+asyncpg://app@db/shop", poolclass=NullPool)


    async def count():
        async with engine.connect() as connection:
            return (await connection.execute(text("SELECT count(*) FROM orders"))).scalar()


    @app.task
    def report():
        return asyncio.run(count())
    ```

    ## How it is decided

    A task, request handler or cloud function calls `asyncio.run`, or `run_until_complete` on a loop that it has just made, and the
    coroutine leads by the names in it to an engine that is made once and keeps connections.

    - *Error* for asyncpg: it fails at the second call.
    - *Warning* for other drivers, which fail only when the pool has to wait, and where the driver is not known.

    Silent for NullPool, for a coroutine that disposes of the engine, for an engine that is made inside the loop, and for
    `run_until_complete` on one loop that lives on. Where a class lies on the way to the engine the confidence is
    medium: only a part of it may run.

    ## When to ignore it

    When the process ends after one call (`--max-tasks-per-child 1`).
    """
    runs = [each for each in topology.lifetimes if isinstance(each, LoopRun)]
    for engine, client in judged(topology):
        if not (engine.is_async and engine.made in SHARED and _keeps(engine)):
            continue
        if not is_long_running(engine, client):
            continue
        for run in runs:
            if run.engine == engine.at:
                yield _problem(engine, client, run)


def _keeps(engine: Engine) -> bool:
    return is_queue(engine) or (pool_kind(engine) == "static" and _breaks_at_once(driver_name(engine)))


def _breaks_at_once(name: str | None) -> bool:
    return name is not None and driver(name).loop_bound


def _problem(engine: Engine, client: Client | None, run: LoopRun) -> Problem:
    name = driver_name(engine)
    at_once = _breaks_at_once(name)
    when = "fails at the second call" if at_once else "fails once its pool has to wait"
    if name is None:
        bound = " or ".join(each.name for each in drivers().values() if each.loop_bound)
        when = f"fails at the second call unless its driver is another than {bound}"
    sure = Confidence.HIGH if run.certain else Confidence.MEDIUM
    way = f" by way of {', '.join(run.through)}" if run.through else ""
    return Problem(
        run.at,
        f"{CALLED.get(run.often, 'a function')}, '{run.caller}', uses '{engine.name}'{running_in(client)} "
        f"in a new event loop at each call: it {when}",
        subject=(engine.name, run.caller),
        label=f"a new event loop{way}",
        notes=(Note(engine.at, "made once, and keeps connections of earlier loops", "engine"),),
        confidence=min(sure, confidence(engine.url.driver) if at_once else Confidence.MEDIUM),
        severity=None if at_once else Severity.WARNING,
    )
