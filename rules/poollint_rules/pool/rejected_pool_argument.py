from collections.abc import Iterator

from poollint.catalogue.pools import pool_class as documented_class
from poollint.rule import Edit, Problem, Severity, rule
from poollint.topology import Topology
from poollint.values import confidence
from poollint_rules.engines import judged, pool_class


@rule(
    code="POOL202",
    severity=Severity.ERROR,
    since="0.1.0",
    sources=(
        "https://docs.sqlalchemy.org/en/20/core/pooling.html#switching-pool-implementations",
        "experiment: every pool class with every pool argument, SQLAlchemy 2.0.57 and 2.1.9",
    ),
    fixable="safe",
    scope="file",
)
def rejected_pool_argument(topology: Topology) -> Iterator[Problem]:
    """The pool class does not take an argument that it is given: the program does not start.

    NullPool, StaticPool, AssertionPool and SingletonThreadPool have no size, no overflow and no timeout. SQLAlchemy
    refuses such a pair when the engine is created:

        TypeError: Invalid argument(s) 'pool_size','max_overflow' sent to create_engine(), using configuration PGDialect_asyncpg/NullPool/Engine.  Please check that the keyword arguments are appropriate for this combination of components.

    The same happens with an in-memory `sqlite+aiosqlite://` URL, whose pool is a StaticPool: the usual
    crash of test settings that share their arguments with production.

    ## Bad

    ```python title="db.py"
    import os

    from sqlalchemy import NullPool, create_engine

    engine = create_engine(os.environ["DATABASE_URL"], poolclass=NullPool, pool_size=5)
    ```

    ## Good

    ```python title="db.py"
    import os

    from sqlalchemy import NullPool, create_engine

    engine = create_engine(os.environ["DATABASE_URL"], poolclass=NullPool)
    ```

    ## How it is decided

    The pool class is given or follows from the URL, and SQLAlchemy 2.0 and 2.1 refuse the argument for it. A class that cannot be read
    gives no finding; neither do `pool_recycle` and `pool_pre_ping` with NullPool: they are accepted and do nothing.

    ## When to ignore it

    Never: the engine cannot be created. If it can, the class was read wrongly; please report it.
    """
    for engine, _ in judged(topology):
        name = pool_class(engine)
        known = documented_class(name) if name else None
        if known is None:
            continue
        for argument in engine.arguments:
            if argument.name in known.rejects:
                yield Problem(
                    argument.at,
                    f"'{engine.name}' gives {argument.name} to {name}, which does not take it: "
                    "TypeError when the engine is created",
                    subject=(engine.name, argument.name),
                    label=f"{name} has no {argument.name}",
                    confidence=confidence(engine.pool.cls),
                    edit=Edit(engine.at, remove=(argument.name,), safe=True),
                )
