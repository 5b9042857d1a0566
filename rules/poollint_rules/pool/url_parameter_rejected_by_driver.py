from collections.abc import Iterator

from poollint.catalogue.drivers import url_key
from poollint.rule import Problem, Severity, rule
from poollint.topology import Topology
from poollint.values import Known, confidence
from poollint_rules.drivers import driver_name
from poollint_rules.engines import judged


@rule(
    code="POOL207",
    severity=Severity.ERROR,
    since="0.1.0",
    sources=(
        "experiment: URL queries on real connects, SQLAlchemy 2.0.57 and 2.1.9 with asyncpg, psycopg, psycopg2 and pg8000",
    ),
    scope="file",
)
def url_parameter_rejected_by_driver(topology: Topology) -> Iterator[Problem]:
    """A parameter in the URL's query that the driver refuses: every connection fails.

    SQLAlchemy hands what stands behind `?` to the driver. The engine is created without a word, and the *first connect* fails:

        TypeError: connect() got an unexpected keyword argument 'sslmode'
        sqlalchemy.exc.ProgrammingError: (psycopg.ProgrammingError) invalid connection option "timeout"
        TypeError: '<' not supported between instances of 'str' and 'int'

    `?sslmode=require` is libpq's and works with psycopg; asyncpg wants `?ssl=require`. `?pgbouncer=true` and
    `?connection_limit=5` are Prisma's, `?pool_size=5` belongs to `create_engine`. `?statement_cache_size=0` arrives as
    a text and fails with asyncpg; it belongs into `connect_args`.

    ## Bad

    ```python title="db.py"
    from sqlalchemy.ext.asyncio import create_async_engine

    engine = create_async_engine("postgresql+asyncpg://app@db/shop?sslmode=require", pool_pre_ping=True)
    ```

    ## Good

    ```python title="db.py"
    from sqlalchemy.ext.asyncio import create_async_engine

    engine = create_async_engine("postgresql+asyncpg://app@db/shop?ssl=require", pool_pre_ping=True)
    ```

    ## How it is decided

    By lists of what each driver accepted and refused on real servers. A parameter that was not tried, or a driver that is not known,
    gives no finding. URLs are judged in each workload whose manifest sets them.

    ## When to ignore it

    When the code removes the parameter before the URL reaches the engine, in a way that poollint does not follow.
    """
    for engine, _ in judged(topology):
        name = driver_name(engine)
        if name is None:
            continue
        for parameter in engine.url.query:
            text = parameter.value.value if isinstance(parameter.value, Known) else None
            answer = url_key(
                name,
                parameter.name,
                None if text is None else str(text),
                str(engine.sqlalchemy) or None,
            )
            if answer.verdict == "rejected":
                yield Problem(
                    engine.url.at,
                    f"'{engine.name}' has ?{parameter.name}= in its URL, which {name} refuses "
                    f"at the first connect: {answer.message}",
                    subject=(engine.name, parameter.name),
                    label=f"?{parameter.name}=",
                    confidence=confidence(engine.url.driver),
                )
