from collections.abc import Iterator

from poollint.facts import Engine
from poollint.rule import Edit, Note, Problem, Severity, rule
from poollint.topology import Client, Topology
from poollint.values import Confidence, confidence, number
from poollint_rules.engines import (
    is_exactly,
    is_networked,
    living,
    place,
    running_in,
)
from poollint_rules.hops import Hop, shortest_idle_limit


@rule(
    code="POOL101",
    severity=Severity.WARNING,
    since="0.1.0",
    sources=(
        "https://docs.sqlalchemy.org/en/20/core/pooling.html#dealing-with-disconnects",
        "experiment: idle connections ended eleven ways, SQLAlchemy 2.0.57 and 2.1.9, asyncpg and psycopg",
    ),
    fixable="safe",
    scope="file",
)
def missing_pre_ping(topology: Topology) -> Iterator[Problem]:
    """A pooled engine hands out connections without asking whether they still live.

    A database restart, a failover, a proxy or a firewall ends connections while they lie idle in the pool. The pool
    does not notice. The next request gets the dead connection and fails at its first statement:

        sqlalchemy.exc.InterfaceError: (sqlalchemy.dialects.postgresql.asyncpg.InterfaceError) connection is closed
        sqlalchemy.exc.OperationalError: (psycopg.OperationalError) consuming input failed: server closed the connection unexpectedly
        sqlalchemy.exc.OperationalError: (psycopg2.OperationalError) server closed the connection unexpectedly

    One request fails for each such event; SQLAlchemy then throws the whole pool away and goes on. With
    `pool_pre_ping=True` the pool asks first and replaces what does not answer, and nobody sees anything.
    A ping costs one round trip with psycopg and three with asyncpg, at each checkout.

    ## Bad

    ```python title="db.py"
    import os

    from sqlalchemy import create_engine

    engine = create_engine(os.environ["DATABASE_URL"])
    ```

    ## Good

    ```python title="db.py"
    import os

    from sqlalchemy import create_engine

    engine = create_engine(os.environ["DATABASE_URL"], pool_pre_ping=True)
    ```

    ## How it is decided

    The pool keeps connections (NullPool and StaticPool are exempt), the database is reached by connections (not SQLite, not BigQuery), and the code is a
    service: tests, migrations, scripts and jobs are exempt, and so is an engine that one call makes for itself or disposes of. `pool_pre_ping` is off, and so is `pool_recycle`. One
    that is too long for a known limit is reported as `recycle-above-idle-timeout`. Where no limit is known,
    a `pool_recycle` lowers the confidence to low: it may answer a limit that the files do not show.
    A `pool_pre_ping` or a `pool_recycle` that cannot be read silences the rule.

    ## When to ignore it

    When the service has a ping of its own (an `engine_connect` listener), or retries whole units of work after
    a disconnect. Pre-ping does not help inside a transaction, and it does not bound the wait on a path that
    drops packets silently: there it waited 938 seconds; see `ping-can-hang`.
    """
    for engine, client in living(topology):
        if not is_networked(engine) or engine.splat is not None:
            continue
        if not is_exactly(engine.pool.pre_ping, wanted=False):
            continue
        hop = shortest_idle_limit(engine, client)
        if _may_recycle_in_time(engine, hop):
            continue
        yield Problem(
            place(engine, "pool_pre_ping"),
            _message(engine, client, hop),
            subject=(engine.name,),
            label="neither pool_pre_ping nor a short pool_recycle",
            notes=() if hop is None else (Note(hop.at, hop.says, "pooler"),),
            confidence=_sureness(engine, hop),
            edit=Edit(engine.at, set_arguments=(("pool_pre_ping", "True"),), safe=True),
        )


def _may_recycle_in_time(engine: Engine, hop: Hop | None) -> bool:
    """Whether pool_recycle is the answer, or cannot be read.

    One that is too long for a known limit is the business of recycle-above-idle-timeout.
    """
    if engine.argument("pool_recycle") is None:
        return False
    seconds = number(engine.pool.recycle)
    return seconds is None or (hop is not None and seconds >= 0)


def _sureness(engine: Engine, hop: Hop | None) -> Confidence:
    """Without a known limit a pool_recycle may be the answer to one that the files do not show."""
    if hop is None and engine.argument("pool_recycle") is not None:
        return Confidence.LOW
    return min(confidence(engine.pool.pre_ping), confidence(engine.pool.cls))


def _message(engine: Engine, client: Client | None, hop: Hop | None) -> str:
    message = f"'{engine.name}'{running_in(client)} reuses pooled connections without checking that they live"
    return message if hop is None else f"{message}, and {hop.says}"
