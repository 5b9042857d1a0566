"""Prepared statements through PgBouncer: the whole truth table of POOL401, and its warnings."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from poollint_lab.bench import Bouncers, Lab
from poollint_lab.client import Client
from poollint_lab.configuration import ASYNCPG, PSYCOPG, PSYCOPG2, PSYCOPG_UNPREPARED, aimed_at, engine
from poollint_lab.pgbouncer import PgBouncer
from poollint_lab.protocol import failed, succeeded

PG8000 = PSYCOPG2.replace("psycopg2", "pg8000")
UUID = '"prepared_statement_name_func": lambda: f"__asyncpg_{uuid4()}__"'
UNNAMED = '"prepared_statement_name_func": lambda: ""'
STATEMENTS_OFF = '"statement_cache_size": 0'
DIALECT_OFF = '"prepared_statement_cache_size": 0'
POOLS = {
    "queue": "pool_size=4, max_overflow=0",
    "queue-with-ping": "pool_size=4, max_overflow=0, pool_pre_ping=True",
    "null": "poolclass=NullPool",
}
# What each task does before a configuration counts as sound; NullPool takes its time.
TRANSACTIONS = {"queue": 25, "queue-with-ping": 25, "null": 12}
MESSAGES = [
    ("asyncpg.exceptions.InvalidSQLStatementNameError", "does not exist"),
    ("asyncpg.exceptions.DuplicatePreparedStatementError", "already exists"),
    ("asyncpg.exceptions.ProtocolViolationError", "bind message supplies"),
    ("psycopg.errors.DuplicatePreparedStatement", "already exists"),
    ("psycopg.errors.InvalidSqlStatementName", "does not exist"),
    ("psycopg.errors.ProtocolViolation", "bind message supplies"),
    ("pg8000.dbapi.ProgrammingError", "unnamed prepared statement does not exist"),
    ("pg8000.dbapi.ProgrammingError", "bind message supplies"),
    ("pg8000.exceptions.DatabaseError", ""),
]


class Cell(NamedTuple):
    """`fails` names the pools with which the arguments fail, in transactions and in AUTOCOMMIT."""

    name: str
    driver: str
    url: str
    arguments: str
    fails: tuple[str, str]
    pools: tuple[str, ...] = ("queue", "queue-with-ping", "null")


ALL = "queue queue-with-ping null"
QUEUES = "queue queue-with-ping"
NONE = ""
BOTH_OFF = f"{STATEMENTS_OFF}, {DIALECT_OFF}"
# scs is asyncpg's own statement_cache_size, pscs is SQLAlchemy's prepared_statement_cache_size.
NEW_ASYNCPG = [
    Cell("asyncpg defaults", "asyncpg", ASYNCPG, "", (ALL, ALL)),
    Cell("asyncpg pscs=0", "asyncpg", ASYNCPG, DIALECT_OFF, (ALL, ALL)),
    Cell("asyncpg scs=0", "asyncpg", ASYNCPG, STATEMENTS_OFF, (NONE, NONE)),
    Cell("asyncpg both 0", "asyncpg", ASYNCPG, BOTH_OFF, (NONE, NONE)),
    Cell("asyncpg both 0, unnamed", "asyncpg", ASYNCPG, f"{BOTH_OFF}, {UNNAMED}", (NONE, NONE)),
    Cell("asyncpg both 0, uuid", "asyncpg", ASYNCPG, f"{BOTH_OFF}, {UUID}", (NONE, ALL)),
    Cell("asyncpg pscs=0, uuid", "asyncpg", ASYNCPG, f"{DIALECT_OFF}, {UUID}", ("queue-with-ping", ALL)),
    Cell("asyncpg scs=0, uuid", "asyncpg", ASYNCPG, f"{STATEMENTS_OFF}, {UUID}", (QUEUES, ALL)),
    Cell("asyncpg uuid", "asyncpg", ASYNCPG, UUID, (QUEUES, ALL)),
]
OLD_ASYNCPG = [
    Cell("asyncpg 0.30 defaults", "asyncpg", ASYNCPG, "", (ALL, ALL)),
    Cell("asyncpg 0.30 scs=0", "asyncpg", ASYNCPG, STATEMENTS_OFF, (ALL, ALL)),
    Cell("asyncpg 0.30 both 0", "asyncpg", ASYNCPG, BOTH_OFF, (ALL, ALL)),
    Cell("asyncpg 0.30 both 0, uuid", "asyncpg", ASYNCPG, f"{BOTH_OFF}, {UUID}", (NONE, ALL)),
    Cell("asyncpg 0.30 both 0, unnamed", "asyncpg", ASYNCPG, f"{BOTH_OFF}, {UNNAMED}", (NONE, NONE)),
]
OTHERS = [
    Cell("psycopg defaults", "psycopg", PSYCOPG, "", (QUEUES, QUEUES), ("queue", "queue-with-ping")),
    Cell("psycopg threshold 0", "psycopg", PSYCOPG, '"prepare_threshold": 0', (ALL, ALL)),
    Cell("psycopg threshold None", "psycopg", PSYCOPG, '"prepare_threshold": None', (NONE, NONE)),
    Cell("psycopg2", "psycopg2", PSYCOPG2, "", (NONE, NONE), ("queue", "null")),
    # It parses and binds in two round trips: without a transaction, on two server connections.
    Cell("pg8000", "pg8000", PG8000, "", (NONE, "queue null"), ("queue", "null")),
]


class Case(NamedTuple):
    cell: Cell
    pool: str
    autocommit: bool
    fails: bool

    def source(self) -> str:
        arguments = [POOLS[self.pool]]
        if self.cell.arguments:
            arguments.append(f"connect_args={{{self.cell.arguments}}}")
        if self.autocommit:
            arguments.append('isolation_level="AUTOCOMMIT"')
        return engine(self.cell.url, ", ".join(arguments))


def cases(cells: list[Cell]) -> list[Case]:
    return [
        Case(cell, pool, autocommit, pool in cell.fails[autocommit].split())
        for cell in cells
        for autocommit in (False, True)
        for pool in cell.pools
    ]


def name_of(case: Case) -> str:
    isolation = "autocommit" if case.autocommit else "transactions"
    return f"{case.cell.name} {case.pool} {isolation}".replace(",", "").replace(" ", "-")


def without_support(bouncers: Bouncers) -> dict[str, int]:
    """The setting with which this PgBouncer does not look after prepared statements."""
    return {"max_prepared_statements": 0} if bouncers.version >= (1, 21) else {}


def assert_verdict(case: Case, client: Client, bouncer: PgBouncer, *, fails: bool) -> None:
    """Three processes of the application at once, on three connections to the server."""
    reply = client.ask(
        op="soak",
        source=aimed_at(case.source(), bouncer.port),
        processes=3,
        times=400 if fails else TRANSACTIONS[case.pool],
        deadline=10.0,
        until="failure",
    )
    if fails:
        known = [one for one in reply["outcomes"] if any(failed(one, *how) for how in MESSAGES)]
        assert known or reply["wrong"], reply
    else:
        assert reply["outcomes"] == []
        assert reply["wrong"] == 0
        assert reply["right"] > 0


@pytest.mark.parametrize("case", cases(NEW_ASYNCPG + OTHERS), ids=name_of)
def test_transaction_mode(case: Case, lab: Lab, bouncers: Bouncers) -> None:
    bouncer = bouncers.start(pool_mode="transaction", default_pool_size=3, **without_support(bouncers))
    client = lab.application("new-loop")
    assert_verdict(case, client, bouncer, fails=case.fails)
    lab.proves(
        "POOL401",
        shows="the truth table of transaction mode without support for prepared statements",
        against=[bouncer.version, lab.server.version, *client.versions(case.cell.driver)],
    )


@pytest.mark.parametrize("case", cases(OLD_ASYNCPG), ids=name_of)
def test_transaction_mode_with_older_asyncpg(
    case: Case, other_python: Path, lab: Lab, bouncers: Bouncers
) -> None:
    bouncer = bouncers.start(pool_mode="transaction", default_pool_size=3, **without_support(bouncers))
    client = lab.application("new-loop", other_python)
    assert_verdict(case, client, bouncer, fails=case.fails)
    lab.proves(
        "POOL401",
        shows="up to asyncpg 0.30 both caches off are not enough",
        against=[bouncer.version, lab.server.version, *client.versions(case.cell.driver)],
    )


@pytest.mark.parametrize(
    "case",
    [
        case
        for case in cases([*NEW_ASYNCPG, *OTHERS])
        if case.pool == "queue" and case.fails and case.cell.driver != "pg8000"
    ],
    ids=name_of,
)
def test_transaction_mode_with_support(case: Case, lab: Lab, bouncers: Bouncers) -> None:
    """What fails without support passes with it, where PgBouncer has it."""
    settings: dict[str, str | int] = {
        "pool_mode": "transaction",
        "default_pool_size": 3,
        "max_prepared_statements": 200,
    }
    if bouncers.version < (1, 21):
        with pytest.raises(RuntimeError, match="unknown parameter: pgbouncer/max_prepared_statements"):
            bouncers.start(**settings)
        return
    bouncer = bouncers.start(**settings)
    client = lab.application("new-loop")
    assert_verdict(case, client, bouncer, fails=False)
    lab.proves(
        "POOL401",
        shows="with max_prepared_statements what failed passes",
        against=[bouncer.version, lab.server.version, *client.versions(case.cell.driver)],
    )


@pytest.mark.parametrize(
    "case",
    [
        Case(cell, "queue", autocommit=False, fails=False)
        for cell in (*NEW_ASYNCPG, *OTHERS)
        if cell.arguments == "" or "0" in cell.name
    ],
    ids=name_of,
)
def test_session_mode(case: Case, lab: Lab, bouncers: Bouncers) -> None:
    bouncer = bouncers.start(pool_mode="session", default_pool_size=20)
    client = lab.application("new-loop")
    assert_verdict(case, client, bouncer, fails=False)
    lab.proves(
        "POOL401",
        shows="session mode bears every setting",
        against=[bouncer.version, lab.server.version, *client.versions(case.cell.driver)],
    )


AUTOCOMMIT = ', isolation_level="AUTOCOMMIT"'
NO_TRANSACTIONS = "transaction blocks not allowed in statement pooling mode"


@pytest.mark.parametrize(
    ("driver", "source", "exception"),
    [
        pytest.param(
            "asyncpg",
            engine(ASYNCPG, f"connect_args={{{BOTH_OFF}}}"),
            "asyncpg.exceptions.ConnectionDoesNotExistError",
            id="asyncpg",
        ),
        pytest.param(
            "psycopg", engine(PSYCOPG, PSYCOPG_UNPREPARED), "psycopg.errors.ProtocolViolation", id="psycopg"
        ),
        pytest.param(
            "psycopg",
            engine(PSYCOPG, PSYCOPG_UNPREPARED + AUTOCOMMIT),
            "psycopg.errors.ProtocolViolation",
            id="psycopg-autocommit",
        ),
        pytest.param(
            "asyncpg",
            engine(ASYNCPG, f"connect_args={{{BOTH_OFF}}}{AUTOCOMMIT}"),
            None,
            id="asyncpg-autocommit",
        ),
    ],
)
def test_statement_mode(
    driver: str, source: str, exception: str | None, lab: Lab, bouncers: Bouncers
) -> None:
    bouncer = bouncers.start(pool_mode="statement")
    client = lab.application()
    client.must_make(aimed_at(source, bouncer.port))
    (used,) = client.use()
    assert succeeded(used) if exception is None else failed(used, exception, NO_TRANSACTIONS), used
    lab.proves(
        "POOL401",
        shows="statement mode: asyncpg needs AUTOCOMMIT, psycopg cannot connect at all",
        against=[bouncer.version, lab.server.version, *client.versions(driver)],
    )


@pytest.mark.parametrize(
    ("driver", "source"),
    [
        pytest.param("asyncpg", engine(ASYNCPG, "pool_size=4, max_overflow=0"), id="asyncpg"),
        pytest.param("psycopg", engine(PSYCOPG, "pool_size=4, max_overflow=0"), id="psycopg"),
        pytest.param("pg8000", engine(PG8000, 'isolation_level="AUTOCOMMIT"'), id="pg8000-autocommit"),
    ],
)
def test_wrong_answers(driver: str, source: str, lab: Lab, bouncers: Bouncers) -> None:
    """Worse than the errors: another statement's result, and nobody is told."""
    bouncer = bouncers.start(pool_mode="transaction", default_pool_size=3, **without_support(bouncers))
    client = lab.application("new-loop")
    reply = client.ask(
        op="soak",
        source=aimed_at(source, bouncer.port),
        processes=4,
        times=2000,
        deadline=10.0,
        until="wrong answer",
    )
    assert reply["wrong"] > 0
    lab.proves(
        "POOL401",
        shows="the application gets another statement's result",
        against=[bouncer.version, lab.server.version, *client.versions(driver)],
    )


@pytest.fixture
def wide_table(lab: Lab) -> Iterator[None]:
    lab.server.run("create table wide (a integer)", "insert into wide values (1)", "grant all on wide to app")
    yield
    lab.server.run("drop table wide")


CHANGED = "the number of columns in the result row (2) is different from what was described (1)"
CACHED_PLAN = "cached statement plan is invalid due to a database schema or configuration change"


class Change(NamedTuple):
    driver: str
    source: str
    failures: int
    exception: str = ""
    message: str = ""


CHANGES = {
    "statement-cache-off": Change(
        "asyncpg",
        engine(ASYNCPG, f"connect_args={{{STATEMENTS_OFF}}}"),
        6,
        "asyncpg.exceptions._base.ProtocolError",
        CHANGED,
    ),
    "asyncpg-defaults": Change(
        "asyncpg", engine(ASYNCPG), 1, "asyncpg.exceptions.InvalidCachedStatementError", CACHED_PLAN
    ),
    "both-caches-off": Change("asyncpg", engine(ASYNCPG, f"connect_args={{{BOTH_OFF}}}"), 0),
    "psycopg-unprepared": Change("psycopg", engine(PSYCOPG, PSYCOPG_UNPREPARED), 0),
}


@pytest.mark.usefixtures("wide_table")
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_column_added_by_somebody_else(change: Change, lab: Lab) -> None:
    """Six uses after the change, on a direct connection."""
    client = lab.application()
    client.must_make(aimed_at(change.source, lab.server.port))
    assert succeeded(client.use(sql="select * from wide")[0])
    lab.server.run("alter table wide add column b integer")
    used = client.use(sql="select * from wide", times=6)
    bad = [one for one in used if not succeeded(one)]
    assert len(bad) == change.failures, used
    assert all(failed(one, change.exception, change.message) for one in bad), bad
    lab.proves(
        "POOL401",
        shows="one cache off: after a schema change the connection fails for good; both off: never",
        against=[lab.server.version, *client.versions(change.driver)],
    )


@pytest.mark.parametrize(
    ("arguments", "builds_up"),
    [
        pytest.param(BOTH_OFF, False, id="both-caches-off"),
        pytest.param(f"{BOTH_OFF}, {UUID}", True, id="unique-names"),
    ],
)
def test_statements_left_behind(arguments: str, builds_up: bool, lab: Lab, bouncers: Bouncers) -> None:
    bouncer = bouncers.start(pool_mode="transaction", default_pool_size=3, **without_support(bouncers))
    cell = Cell("", "asyncpg", ASYNCPG, arguments, (NONE, NONE))
    case = Case(cell, "queue", autocommit=False, fails=False)
    client = lab.application("new-loop")
    assert_verdict(case, client, bouncer, fails=False)
    client.must_make(aimed_at(engine(PSYCOPG2), bouncer.port))
    (left,) = client.use(sql="select count(*) from pg_prepared_statements")
    assert (int(left["answer"] or 0) > 20) == builds_up, left
    lab.proves(
        "POOL401",
        shows="unique statement names stay on the server's connections; unnamed ones do not",
        against=[bouncer.version, lab.server.version, *client.versions("asyncpg")],
    )
