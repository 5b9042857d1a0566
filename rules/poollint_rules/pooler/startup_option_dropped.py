from collections.abc import Iterator

from poollint.rule import Note, Problem, Severity, rule
from poollint.topology import Topology
from poollint_rules.engines import judged
from poollint_rules.pooler.startup import fate, sent


@rule(
    code="POOL403",
    severity=Severity.WARNING,
    since="0.1.0",
    sources=(
        "https://www.pgbouncer.org/config.html#ignore_startup_parameters",
        "experiment: startup parameters of asyncpg and psycopg through PgBouncer 1.18 and 1.25",
    ),
)
def startup_option_dropped(topology: Topology) -> Iterator[Problem]:
    """PgBouncer drops a setting that the engine asks for; it silently has no effect.

    `ignore_startup_parameters = options` makes PgBouncer accept connections with `options="-c statement_timeout=5000"` and
    throw the option away. The connection works, `SHOW statement_timeout` says `0`, and the query that should
    have been stopped after five seconds runs for an hour. CloudNativePG and Zalando's operator always ignore `options`.

    ## Bad

    ```python title="app/db.py"
    import os

    from sqlalchemy import create_engine

    engine = create_engine(
        os.environ["DATABASE_URL"],
        pool_pre_ping=True,
        connect_args={"options": "-c statement_timeout=5000"},
    )
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
          DATABASE_URL: postgresql+psycopg2://app@pgbouncer/shop
      pgbouncer:
        image: edoburu/pgbouncer:v1.25.1-p0
        environment:
          DB_HOST: db
          POOL_MODE: transaction
          IGNORE_STARTUP_PARAMETERS: extra_float_digits,options
      db:
        image: postgres:16
    ```

    ## Good

    ```python title="app/db.py"
    import os

    from sqlalchemy import create_engine

    engine = create_engine(os.environ["DATABASE_URL"], pool_pre_ping=True)
    ```

    ## How it is decided

    The first server on the way is a PgBouncer in the files whose `ignore_startup_parameters` (of its configuration, its image or its
    operator) lists the parameter, or `options` as a whole. One that is not listed is refused: `startup-parameter-refused`.

    Set such parameters with `ALTER ROLE app SET statement_timeout = '5s'` or PgBouncer's `connect_query`.

    ## When to ignore it

    When the same setting is made for the role or the database as well, and the option is there for direct connections.
    """
    for engine, client in judged(topology):
        if client is None:
            continue
        for pooler in client.poolers[:1]:
            for parameter in sent(engine):
                if fate(parameter, pooler) == "dropped":
                    ignored = pooler.setting("ignore_startup_parameters")
                    yield Problem(
                        parameter.at,
                        f"'{engine.name}' asks for {parameter.name} when it connects, "
                        f"which PgBouncer '{pooler.name}' drops without a word",
                        subject=(engine.name, pooler.name, parameter.name),
                        label="has no effect",
                        confidence=client.confidence,
                        notes=(Note(pooler.at if ignored is None else ignored.at, "ignored here", "pooler"),),
                    )
