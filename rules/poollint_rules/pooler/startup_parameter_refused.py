from collections.abc import Iterator

from poollint.rule import Note, Problem, Severity, rule
from poollint.topology import Topology
from poollint_rules.engines import judged
from poollint_rules.pooler.startup import fate, sent


@rule(
    code="POOL402",
    severity=Severity.ERROR,
    since="0.1.0",
    sources=(
        "https://www.pgbouncer.org/config.html#ignore_startup_parameters",
        "experiment: startup parameters of asyncpg and psycopg through PgBouncer 1.18 and 1.25",
    ),
)
def startup_parameter_refused(topology: Topology) -> Iterator[Problem]:
    """PgBouncer refuses connections that ask for a setting which it does not track.

    asyncpg sends `server_settings`, and psycopg sends `options="-c ..."`, with the first packet of a connection. PgBouncer
    knows only a handful of such parameters and refuses every connection that names another one, in every pool mode:

        asyncpg.exceptions.ProtocolViolationError: unsupported startup parameter: jit
        sqlalchemy.exc.OperationalError: (psycopg.OperationalError) connection failed: FATAL: unsupported startup parameter: options
        sqlalchemy.exc.OperationalError: (psycopg.OperationalError) connection failed: FATAL: unsupported startup parameter in options: jit

    `{"jit": "off"}` is often recommended together with PgBouncer; it cannot connect through it.

    ## Bad

    ```python title="app/db.py"
    import os

    from sqlalchemy.ext.asyncio import create_async_engine

    engine = create_async_engine(
        os.environ["DATABASE_URL"],
        pool_pre_ping=True,
        connect_args={"server_settings": {"statement_timeout": "5000"}},
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
          DATABASE_URL: postgresql+asyncpg://app@pgbouncer/shop
      pgbouncer:
        image: edoburu/pgbouncer:v1.25.1-p0
        environment:
          DB_HOST: db
          POOL_MODE: session
          DEFAULT_POOL_SIZE: "20"
      db:
        image: postgres:16
    ```

    ## Good

    ```python title="app/db.py"
    import os

    from sqlalchemy.ext.asyncio import create_async_engine

    engine = create_async_engine(
        os.environ["DATABASE_URL"],
        pool_pre_ping=True,
        connect_args={"server_settings": {"application_name": "shop"}},
    )
    ```

    ## How it is decided

    The first server on the way is a PgBouncer in the files, the parameter is none of those that its version tracks, and
    `ignore_startup_parameters` does not list it. A parameter that is listed there connects and has *no effect*: that is
    `startup-option-dropped`. Silent for direct connections and other poolers.

    Set such parameters with `ALTER ROLE app SET statement_timeout = '5s'`; that works in every mode.

    ## When to ignore it

    Never: the connection is refused. If it is not, `ignore_startup_parameters` is set somewhere else.
    """
    for engine, client in judged(topology):
        if client is None:
            continue
        for pooler in client.poolers[:1]:
            for parameter in sent(engine):
                if fate(parameter, pooler) == "refused":
                    yield Problem(
                        parameter.at,
                        f"'{engine.name}' asks for {parameter.name} when it connects, "
                        f"which PgBouncer '{pooler.name}' refuses",
                        subject=(engine.name, pooler.name, parameter.name),
                        label="unsupported startup parameter",
                        confidence=client.confidence,
                        notes=(Note(pooler.at, f"PgBouncer '{pooler.name}'", "pooler"),),
                    )
