from collections.abc import Iterator

from poollint.catalogue.pools import pool_class as documented_class
from poollint.rule import Edit, Problem, Severity, rule
from poollint.topology import Topology
from poollint.values import confidence
from poollint_rules.engines import judged, pool_class


@rule(
    code="POOL204",
    severity=Severity.ERROR,
    since="0.1.0",
    sources=(
        "https://docs.sqlalchemy.org/en/20/orm/extensions/asyncio.html",
        "experiment: QueuePool, SingletonThreadPool and subclasses on create_async_engine, SQLAlchemy 2.0.57 and 2.1.9",
    ),
    fixable="safe",
    scope="file",
)
def sync_pool_on_async_engine(topology: Topology) -> Iterator[Problem]:
    """A pool class of the other kind: a blocking queue on an async engine, or the async queue on a sync one.

    `QueuePool` and `SingletonThreadPool`, and classes derived from them, block the thread while they wait, so an async
    engine refuses them when it is created:

        sqlalchemy.exc.ArgumentError: Pool class QueuePool cannot be used with asyncio engine

    `AsyncAdaptedQueuePool` on a synchronous engine needs a greenlet that is not there and fails at the first checkout.

    ## Bad

    ```python title="db.py"
    import os

    from sqlalchemy import QueuePool
    from sqlalchemy.ext.asyncio import create_async_engine

    engine = create_async_engine(os.environ["DATABASE_URL"], poolclass=QueuePool, pool_pre_ping=True)
    ```

    ## Good

    ```python title="db.py"
    import os

    from sqlalchemy.ext.asyncio import create_async_engine

    engine = create_async_engine(os.environ["DATABASE_URL"], pool_pre_ping=True)
    ```

    ## How it is decided

    `poolclass` names a class of SQLAlchemy, or a class of the repository whose base is one. A class that cannot be resolved gives no
    finding. `NullPool` and `StaticPool` are for both kinds.

    ## When to ignore it

    Never on an async engine: it cannot be created.
    """
    for engine, _ in judged(topology):
        argument, name = engine.argument("poolclass"), pool_class(engine)
        known = documented_class(name) if name else None
        if argument is None or known is None:
            continue
        if not (known.async_engine if engine.is_async else known.sync_engine):
            kind, other = (
                ("an async", "AsyncAdaptedQueuePool") if engine.is_async else ("a sync", "QueuePool")
            )
            yield Problem(
                argument.at,
                f"'{engine.name}' is {kind} engine and cannot use {name}; its queue is {other}, the default",
                subject=(engine.name,),
                label=f"not for {kind} engine",
                confidence=confidence(engine.pool.cls),
                edit=Edit(engine.at, remove=("poolclass",), safe=True),
            )
