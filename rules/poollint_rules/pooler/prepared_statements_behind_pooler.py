from collections.abc import Iterator

from poollint.catalogue.drivers import driver as documented_driver
from poollint.catalogue.prepared import prepared_drivers
from poollint.catalogue.versions import version_key
from poollint.facts import Engine
from poollint.rule import Edit, Note, Problem, Severity, rule
from poollint.source import Span
from poollint.topology import Client, Topology
from poollint.values import Confidence, Known, confidence
from poollint_rules.drivers import driver_name
from poollint_rules.engines import judged, place
from poollint_rules.hops import is_direct
from poollint_rules.pooler.prepared import (
    PGBOUNCER,
    Mode,
    Verdict,
    breaking_mode,
    fails_without_a_pooler,
    keeps_statements,
    names_itself,
    verdict,
)


@rule(
    code="POOL401",
    severity=Severity.ERROR,
    since="0.1.0",
    sources=(
        "https://docs.sqlalchemy.org/en/20/dialects/postgresql.html#prepared-statement-name-with-pgbouncer",
        "https://www.pgbouncer.org/config.html#max_prepared_statements",
        "https://www.psycopg.org/psycopg3/docs/advanced/prepare.html",
        "experiment: 369 configurations of asyncpg and psycopg against PgBouncer 1.18 and 1.25",
    ),
    fixable="unsafe",
)
def prepared_statements_behind_pooler(topology: Topology) -> Iterator[Problem]:
    """Prepared statements through a pooler that gives every transaction another server connection.

    asyncpg and psycopg 3 prepare statements on the server and refer to them by name. In transaction mode the next
    transaction may run on another server connection, where that name is missing or means another statement:

        asyncpg.exceptions.DuplicatePreparedStatementError: prepared statement "__asyncpg_stmt_1__" already exists
        asyncpg.exceptions.InvalidSQLStatementNameError: prepared statement "__asyncpg_stmt_2__" does not exist
        asyncpg.exceptions.ProtocolViolationError: bind message supplies 1 parameters, but prepared statement "__asyncpg_stmt_1__" requires 0
        sqlalchemy.exc.ProgrammingError: (psycopg.errors.DuplicatePreparedStatement) prepared statement "_pg3_0" already exists

    Worse, when the other statement happens to take the same parameters, *its* rows come back: a wrong answer without an error.
    With one process it may look fine, because the names are counted per process; the second worker breaks it, often already at
    its first connect.

    PgBouncer keeps track of the names itself when `max_prepared_statements` is above 0: it is 200 by default from 1.24 on,
    0 from 1.21 to 1.23, and does not exist before.

    ## Bad

    ```python title="app/db.py"
    import os

    from sqlalchemy.ext.asyncio import create_async_engine

    engine = create_async_engine(os.environ["DATABASE_URL"], pool_pre_ping=True)
    ```

    ```python title="app/main.py"
    from app.db import engine
    ```

    ```text title="requirements.txt"
    asyncpg==0.31.0
    ```

    ```yaml title="compose.yaml"
    services:
      api:
        build: .
        command: uvicorn app.main:app
        environment:
          DATABASE_URL: postgresql+asyncpg://app@pgbouncer/shop
      pgbouncer:
        image: edoburu/pgbouncer:v1.23.1-p2
        environment:
          DB_HOST: db
          POOL_MODE: transaction
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
        connect_args={"statement_cache_size": 0, "prepared_statement_cache_size": 0},
    )
    ```

    ## How it is decided

    By a table that was filled on real servers. Its inputs are the driver and its version, the pooler's mode, version and
    `max_prepared_statements`, both statement caches, `prepared_statement_name_func`, `prepare_threshold`, AUTOCOMMIT and the pool
    class. An input that is not known is tried both ways: when every way fails the finding is an *error*, when
    only some do it is a *warning* that says "unless".

    - asyncpg 0.31 or newer: both caches 0 and no name function.
    - asyncpg 0.30 or older: both caches 0 is not enough. Upgrade, or add a name function that returns unique
      names, without AUTOCOMMIT.
    - psycopg 3: `connect_args={"prepare_threshold": None}`. 0 means "prepare at once", the opposite.

    *Warnings* also where nothing fails until somebody adds a column: only `statement_cache_size` is 0 (this fails on a direct
    connection too), or both caches are on and the files set `max_prepared_statements`. And where nothing fails at all: a name
    function with asyncpg 0.31 or newer is not needed, and leaves its statements on the server. Silent in session mode, with the
    defaults of PgBouncer 1.24 or newer, for psycopg2 and pg8000, which never prepare on the server, and behind poolers that
    support prepared statements or of which nothing is known.

    ## When to ignore it

    When the pooler in production is another one than the files show; better say so in the configuration.
    """
    for engine, client in judged(topology):
        driver = driver_name(engine)
        if client is None or driver is None:
            continue
        yield from _direct(client, driver) if is_direct(client) else ()
        for pooler in client.poolers[:1]:
            if pooler.product != PGBOUNCER or keeps_statements(engine) or driver not in prepared_drivers():
                continue
            mode = breaking_mode(engine, pooler)
            found = None if mode is None else verdict(engine, driver, pooler, mode)
            if mode is not None and found is not None:
                yield from _problems(client, driver, mode, found)


def _problems(client: Client, driver: str, mode: Mode, found: Verdict) -> Iterator[Problem]:
    failing = found.failures
    if failing:
        wrong = any(row.outcome == "wrong-answers" for row in failing)
        harm = "can return another statement's rows" if wrong else "fails"
        message = f"prepared statements of {driver} through it {harm}{found.doubt}: {_remedy(client.engine, driver, mode)}"
        yield _problem(client, driver, mode, message, None if found.is_certain else Severity.WARNING)
    elif any(row.schema_change and (found.configured or not row.as_shipped) for row in found.rows):
        message = f"{driver} keeps statements that fail for everyone once a column is added: {_remedy(client.engine, driver, mode)}"
        yield _problem(client, driver, mode, message, Severity.WARNING)
    elif (
        names_itself(client.engine)
        and any(row.builds_up for row in found.rows)
        and _is_nameless(client.engine, driver)
    ):
        message = (
            f"its prepared_statement_name_func leaves a statement on the server for each name that it makes, and {driver} "
            f"{client.engine.driver} does not need it: {_remedy(client.engine, driver, mode)}, and no name function"
        )
        yield _problem(client, driver, mode, message, Severity.WARNING)


def _direct(client: Client, driver: str) -> Iterator[Problem]:
    """What fails without a pooler too: SQLAlchemy keeps what the driver forgets."""
    engine = client.engine
    if _is_nameless(engine, driver) and fails_without_a_pooler(engine, driver):
        yield Problem(
            place(engine, "connect_args"),
            f"'{engine.name}' in '{client.workload.name}' switches off only one of two statement caches, and fails for good "
            f"at a statement whose table gets another column: {_remedy(engine, driver, 'transaction')}",
            subject=(engine.name, "direct"),
            label="one of two caches",
            confidence=Confidence.MEDIUM,
            severity=Severity.WARNING,
        )


def _problem(client: Client, driver: str, mode: str, message: str, severity: Severity | None) -> Problem:
    engine, pooler = client.engine, client.poolers[0]
    argument = engine.connect_arg("statement_cache_size") or engine.connect_arg("prepare_threshold")
    at = engine.at if argument is None else argument.at
    notes = [Note(pooler.at, f"'{pooler.name}' is a {pooler.product} in {mode} mode", "pooler")]
    if isinstance(pooler.mode, Known) and isinstance(pooler.mode.origin, Span):
        notes = [Note(pooler.mode.origin, f"'{pooler.name}' is in {mode} mode", "pooler")]
    return Problem(
        at,
        f"'{engine.name}' in '{client.workload.name}' reaches its database through '{pooler.name}' "
        f"in {mode} mode; {message}",
        subject=(engine.name, pooler.name),
        label="",
        notes=tuple(notes),
        confidence=_sureness(client, severity),
        severity=severity,
        edit=_edit(engine, driver, mode),
    )


def _sureness(client: Client, severity: Severity | None) -> Confidence:
    if severity is not None:
        return Confidence.MEDIUM
    mode, driver = client.poolers[0].mode, client.engine.url.driver
    return min(confidence(mode), confidence(driver), client.confidence)


def _edit(engine: Engine, driver: str, mode: str) -> Edit | None:
    """The remedy as `connect_args`, where it is enough and the call has none that it would replace."""
    if engine.connect_args or engine.connect_args_rest is not None or engine.splat is not None:
        return None
    if mode == "statement" or _names_statements(engine, driver):
        return None
    return Edit(
        engine.at, set_arguments=(("connect_args", documented_driver(driver).unprepared),), safe=False
    )


def _names_statements(engine: Engine, driver: str) -> bool:
    """Whether this version of the driver gives its statements names even when its cache is off."""
    since = documented_driver(driver).nameless_since
    return bool(since and engine.driver) and engine.driver.numbers < version_key(since)


def _is_nameless(engine: Engine, driver: str) -> bool:
    """Whether it is known that this version gives its statements no names when its cache is off."""
    since = documented_driver(driver).nameless_since
    return bool(since and engine.driver) and not _names_statements(engine, driver)


def _remedy(engine: Engine, driver: str, mode: str) -> str:
    if driver != "asyncpg":
        if mode == "statement":
            return "psycopg cannot connect in statement mode, use transaction mode"
        return "set connect_args={'prepare_threshold': None} (0 prepares at once)"
    both = "set statement_cache_size=0 and prepared_statement_cache_size=0 in connect_args"
    if mode == "statement":
        return f"{both}, with isolation_level='AUTOCOMMIT'"
    since = documented_driver(driver).nameless_since
    if _names_statements(engine, driver):
        return (
            f"{both}, and upgrade asyncpg {engine.driver} to {since} or newer, or give unique statement names"
        )
    return both if engine.driver else f"{both} (asyncpg {since} or newer)"
