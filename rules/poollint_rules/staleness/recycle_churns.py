from collections.abc import Iterator

from poollint.catalogue.vendors import fact
from poollint.rule import Measure, Problem, Severity, rule
from poollint.topology import Topology
from poollint.values import confidence, number
from poollint_rules.engines import living, place, running_in, written_at


@rule(
    code="POOL103",
    severity=Severity.INFO,
    since="0.1.0",
    sources=(
        "https://docs.sqlalchemy.org/en/20/core/pooling.html#setting-pool-recycle",
        "experiment: pool_recycle=0 and 1, SQLAlchemy 2.0.57 and 2.1.9 against PostgreSQL 18",
    ),
    scope="file",
)
def recycle_churns(topology: Topology) -> Iterator[Problem]:
    """`pool_recycle` is so short that the pool reconnects all the time.

    With `pool_recycle=0` every single checkout opens a new connection: the pool costs what NullPool
    costs, about eleven times a pooled checkout, and keeps idle connections besides. It does not switch
    recycling off; `-1` does. Below a minute busy connections are replaced too, because age
    counts and not idleness, and connections that were opened together are replaced together, in one burst.

    ## Bad

    ```python title="db.py"
    import os

    from sqlalchemy import create_engine

    engine = create_engine(os.environ["DATABASE_URL"], pool_pre_ping=True, pool_recycle=0)
    ```

    ## Good

    ```python title="db.py"
    import os

    from sqlalchemy import create_engine

    engine = create_engine(os.environ["DATABASE_URL"], pool_pre_ping=True, pool_recycle=-1)
    ```

    ## How it is decided

    A *warning* for 0, an *info* for 1 to 59 seconds. The pool is a queue and the code a service.

    ## When to ignore it

    When a hop really cuts connections within the minute and cannot be changed.
    """
    short = fact("sqlalchemy-recycle-churns-below").value
    for engine, client in living(topology):
        seconds = number(engine.pool.recycle)
        if seconds is not None and 0 <= seconds < short:
            at = place(engine, "pool_recycle")
            often = "at every checkout" if seconds == 0 else f"every {seconds:g} s"
            yield Problem(
                at,
                f"'{engine.name}'{running_in(client)} replaces its connections {often}",
                subject=(engine.name,),
                label="0 does not switch recycling off" if seconds == 0 else "",
                notes=tuple(written_at(engine.pool.recycle, at)),
                confidence=confidence(engine.pool.recycle),
                severity=Severity.WARNING if seconds == 0 else None,
                measure=Measure(seconds, short, "seconds"),
            )
