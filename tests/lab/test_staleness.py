"""Idle connections that die: what pre-ping and recycling do about it (POOL101, 102, 104, 105)."""

import time
from collections.abc import Callable
from typing import NamedTuple

import pytest

from poollint_lab.bench import Bouncers, Lab
from poollint_lab.client import Client
from poollint_lab.configuration import (
    AIOMYSQL,
    ASYNCPG,
    ASYNCPG_UNPREPARED,
    PSYCOPG,
    PSYCOPG2,
    PSYCOPG_UNPREPARED,
    PYMYSQL,
    aimed_at,
    engine,
)
from poollint_lab.mariadb import MariaDB
from poollint_lab.protocol import Outcome, failed, succeeded

BARE = ""
PRE_PING = "pool_pre_ping=True"
IN_TIME = "pool_recycle=1"
TOO_LATE = "pool_recycle=60"
POOLED = 2


class Failing(NamedTuple):
    driver: str
    url: str
    exception: str
    message: str
    arguments: str = ""


ASYNCPG_CLOSED = Failing(
    "asyncpg", ASYNCPG, "asyncpg.exceptions._base.InterfaceError", "connection is closed"
)
PSYCOPG_CLOSED = Failing(
    "psycopg", PSYCOPG, "psycopg.OperationalError", "server closed the connection unexpectedly"
)
PSYCOPG2_CLOSED = Failing(
    "psycopg2", PSYCOPG2, "psycopg2.OperationalError", "server closed the connection unexpectedly"
)


def driver_of(failing: Failing) -> str:
    return failing.driver


def after_an_idle_time(
    client: Client, failing: Failing, port: int, cut: Callable[[], None], seconds: float = 1.3
) -> dict[str, list[Outcome]]:
    """The checkouts that fail, by configuration, after the connections were cut while idle."""
    for more in (BARE, PRE_PING, IN_TIME, TOO_LATE):
        arguments = f"pool_size={POOLED}, max_overflow=0, {failing.arguments}{more}"
        client.must_make(aimed_at(engine(failing.url, arguments), port), more)
        assert all(succeeded(held) for held in client.warm(POOLED, more))
    time.sleep(seconds - 0.2)
    cut()
    time.sleep(0.2)
    return {
        more: [used for used in client.use(engine=more, times=POOLED + 1) if not succeeded(used)]
        for more in (BARE, PRE_PING, IN_TIME, TOO_LATE)
    }


def assert_one_failure_unless_checked(failures: dict[str, list[Outcome]], failing: Failing) -> None:
    """One request fails and the pool heals; pre-ping and a recycle in time prevent even that."""
    for more in (BARE, TOO_LATE):
        (only,) = failures[more]
        assert failed(only, failing.exception, failing.message), only
    assert failures[PRE_PING] == []
    assert failures[IN_TIME] == []


def nothing() -> None:
    """What cuts these connections is a timeout of the server's."""


@pytest.mark.parametrize(
    "failing",
    [
        ASYNCPG_CLOSED,
        Failing(
            "psycopg",
            PSYCOPG,
            "psycopg.errors.AdminShutdown",
            "terminating connection due to administrator command",
        ),
        PSYCOPG2_CLOSED,
    ],
    ids=driver_of,
)
def test_server_ends_idle_connections(failing: Failing, lab: Lab) -> None:
    client = lab.application()
    failures = after_an_idle_time(client, failing, lab.server.port, lab.server.terminate_connections)
    assert_one_failure_unless_checked(failures, failing)
    lab.proves(
        "POOL101",
        shows="the server ends idle connections: one request fails without pre-ping or recycling",
        against=[lab.server.version, *client.versions(failing.driver)],
    )


@pytest.mark.parametrize(
    "failing",
    [
        ASYNCPG_CLOSED,
        Failing(
            "psycopg",
            PSYCOPG,
            "psycopg.errors.IdleSessionTimeout",
            "terminating connection due to idle-session timeout",
        ),
        PSYCOPG2_CLOSED,
    ],
    ids=driver_of,
)
def test_idle_session_timeout(failing: Failing, lab: Lab) -> None:
    lab.server.run("alter role app set idle_session_timeout = '900ms'")
    client = lab.application()
    failures = after_an_idle_time(client, failing, lab.server.port, nothing)
    assert_one_failure_unless_checked(failures, failing)
    lab.proves(
        "POOL101",
        "POOL102",
        shows="PostgreSQL's idle_session_timeout: a recycle above it fails, one below it does not",
        against=[lab.server.version, *client.versions(failing.driver)],
    )


@pytest.mark.parametrize("way", ["closed", "reset"])
@pytest.mark.parametrize("failing", [ASYNCPG_CLOSED, PSYCOPG_CLOSED, PSYCOPG2_CLOSED], ids=driver_of)
def test_middlebox_ends_idle_flows(failing: Failing, way: str, lab: Lab) -> None:
    client = lab.application()
    proxy = lab.proxy()
    cut = proxy.close_flows if way == "closed" else proxy.reset_flows
    failures = after_an_idle_time(client, failing, proxy.port, cut)
    assert_one_failure_unless_checked(failures, failing)
    lab.proves(
        "POOL101",
        "POOL102",
        shows=f"idle flows {way} on the way: a recycle above the idle time does not help",
        against=[lab.server.version, *client.versions(failing.driver)],
    )


@pytest.mark.parametrize(
    ("driver", "url", "hanging"),
    [
        pytest.param("asyncpg", ASYNCPG, [BARE, PRE_PING], id="asyncpg"),
        # psycopg waits five seconds more for its cancellation, so one of the two must do.
        pytest.param("psycopg", PSYCOPG, [PRE_PING], id="psycopg"),
    ],
)
def test_middlebox_silently_drops_idle_flows(driver: str, url: str, hanging: list[str], lab: Lab) -> None:
    client = lab.application()
    proxy = lab.proxy()
    for more in (*hanging, IN_TIME):
        source = engine(url, f"pool_size=1, max_overflow=0, {more}")
        client.must_make(aimed_at(source, proxy.port), more)
        assert succeeded(client.use(engine=more)[0])
    time.sleep(1.1)
    proxy.silence_flows()
    # Recycling closes the old connection first, and asyncpg waits two seconds for a goodbye.
    (healed,) = client.use(engine=IN_TIME, deadline=8.0)
    assert succeeded(healed), healed
    for more in hanging:
        (used,) = client.use(engine=more, deadline=0.5)
        assert failed(used, "builtins.TimeoutError"), used
    lab.proves(
        "POOL102",
        "POOL105",
        shows="idle flows silently dropped on the way: the ping hangs, a recycle in time does not",
        against=[lab.server.version, *client.versions(driver)],
    )


@pytest.mark.parametrize(
    "failing",
    [
        ASYNCPG_CLOSED._replace(arguments=f"{ASYNCPG_UNPREPARED}, "),
        Failing(
            "psycopg",
            PSYCOPG,
            "psycopg.errors.ProtocolViolation",
            "client_idle_timeout",
            f"{PSYCOPG_UNPREPARED}, ",
        ),
    ],
    ids=driver_of,
)
def test_client_idle_timeout(failing: Failing, lab: Lab, bouncers: Bouncers) -> None:
    bouncer = bouncers.start(pool_mode="transaction", client_idle_timeout=1)
    client = lab.application()
    failures = after_an_idle_time(client, failing, bouncer.port, nothing, seconds=2.4)
    assert_one_failure_unless_checked(failures, failing)
    lab.proves(
        "POOL101",
        "POOL102",
        shows="PgBouncer's client_idle_timeout: a recycle above it fails, one below it does not",
        against=[bouncer.version, lab.server.version, *client.versions(failing.driver)],
    )


@pytest.mark.parametrize(
    "settings",
    [
        pytest.param(
            {"pool_mode": "transaction", "server_idle_timeout": 1, "server_lifetime": 1},
            id="on-the-servers-side",
        ),
        # A client that has a server connection for itself does not count as idle.
        pytest.param(
            {"pool_mode": "session", "default_pool_size": 20, "client_idle_timeout": 1},
            id="session-mode",
        ),
    ],
)
def test_timeouts_that_never_close_clients(
    settings: dict[str, str | int], lab: Lab, bouncers: Bouncers
) -> None:
    bouncer = bouncers.start(**settings)
    client = lab.application()
    careful = ASYNCPG_CLOSED._replace(arguments=f"{ASYNCPG_UNPREPARED}, ")
    failures = after_an_idle_time(client, careful, bouncer.port, nothing, seconds=2.4)
    assert not any(failures.values()), failures
    lab.proves(
        "POOL104",
        shows="PgBouncer's server_idle_timeout and server_lifetime never close clients",
        against=[bouncer.version, lab.server.version, *client.versions("asyncpg")],
    )


@pytest.mark.parametrize(
    "failing",
    [
        Failing(
            "aiomysql",
            AIOMYSQL,
            "pymysql.err.OperationalError",
            "(2013, 'Lost connection to MySQL server during query",
        ),
        Failing("pymysql", PYMYSQL, "pymysql.err.OperationalError", '(2006, "MySQL server has gone away'),
    ],
    ids=driver_of,
)
def test_wait_timeout(failing: Failing, lab: Lab, mariadb_server: MariaDB) -> None:
    client = lab.application()
    failures = after_an_idle_time(client, failing, mariadb_server.port, nothing, seconds=1.6)
    assert_one_failure_unless_checked(failures, failing)
    lab.proves(
        "POOL101",
        "POOL102",
        shows="MariaDB's wait_timeout: a recycle above it fails, one below it does not",
        against=[mariadb_server.version, *client.versions(failing.driver)],
    )


def test_recycle_looks_at_age_and_only_at_checkout(lab: Lab) -> None:
    client = lab.application()
    source = engine(ASYNCPG, "pool_size=3, max_overflow=0, pool_recycle=1")
    client.must_make(aimed_at(source, lab.server.port))
    before = {held["answer"] for held in client.hold(times=3, sql="select pg_backend_pid()")}
    client.release()
    time.sleep(1.1)
    assert lab.server.connections() == 3
    (used,) = client.use(sql="select pg_backend_pid()")
    assert used["answer"] not in before
