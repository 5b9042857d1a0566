from collections.abc import Iterator

from poollint.catalogue.pools import engine_defaults
from poollint.rule import Problem, Severity, rule
from poollint.topology import Topology
from poollint.values import confidence
from poollint_rules.engines import is_exactly, is_queue, judged, running_in, written_at


@rule(
    code="POOL201",
    severity=Severity.ERROR,
    since="0.1.0",
    sources=(
        "https://docs.sqlalchemy.org/en/20/core/pooling.html#sqlalchemy.pool.QueuePool",
        "experiment: SQLAlchemy 2.0.57 and 2.1.9 against PostgreSQL 15 and 18",
    ),
    scope="file",
)
def unbounded_pool(topology: Topology) -> Iterator[Problem]:
    """A queue pool has no limit: `pool_size=0` or `max_overflow=-1`.

    `pool_size=0` does not mean "no pool" or "only overflow". It is a pool without any limit that keeps every
    connection that it ever opened; `max_overflow` is then ignored. `max_overflow=-1` opens without limit and
    keeps `pool_size` of them. Under load, or when a query gets slow, such a pool takes all the connections of the
    database, and everybody else reads

        FATAL: sorry, too many clients already

    or, when only reserved slots are left,

        FATAL: remaining connection slots are reserved for non-replication superuser connections

    (from PostgreSQL 16 on: `... reserved for roles with the SUPERUSER attribute`). Because the pool never
    waits, `pool_timeout` never fires: the first error comes from the database.

    ## Bad

    ```python title="db.py"
    import os

    from sqlalchemy import create_engine

    engine = create_engine(os.environ["DATABASE_URL"], pool_size=0, pool_pre_ping=True)
    ```

    ## Good

    ```python title="db.py"
    import os

    from sqlalchemy import create_engine

    engine = create_engine(os.environ["DATABASE_URL"], pool_size=5, max_overflow=5, pool_pre_ping=True)
    ```

    ## How it is decided

    The pool class in force is a queue pool (`QueuePool`, `AsyncAdaptedQueuePool`, or the default of the URL's dialect)
    and its size is 0 or its overflow -1. Other pool classes do not take these arguments.
    When the number is the default of an environment variable, the confidence is medium.

    ## When to ignore it

    When something else bounds the work in the process: a semaphore around every checkout, or a
    server that admits a fixed number of requests. Say which in the reason.

    To have no pool at all, use `poolclass=NullPool`.
    """
    for engine, client in judged(topology):
        if not is_queue(engine):
            continue
        for name, unlimited in engine_defaults().unlimited.items():
            argument = engine.argument(name)
            if argument is None or not is_exactly(argument.value, unlimited):
                continue
            keeps = " and keeps them all" if name == "pool_size" else ""
            yield Problem(
                argument.at,
                f"{name}={unlimited} lets '{engine.name}'{running_in(client)} open connections"
                f" without any limit{keeps}",
                subject=(engine.name, name),
                label="no limit",
                notes=tuple(written_at(argument.value, argument.at)),
                confidence=confidence(argument.value),
            )
