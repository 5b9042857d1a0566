"""What the numbers of a pool do (POOL103, 106, 107, 201)."""

import time

import pytest

from poollint_lab.bench import Lab
from poollint_lab.configuration import AIOMYSQL, ASYNCPG, PSYCOPG, PSYCOPG2, aimed_at, engine
from poollint_lab.mariadb import MariaDB
from poollint_lab.protocol import failed, succeeded

BACKEND = "select pg_backend_pid()"
DRIVERS = [
    pytest.param("asyncpg", ASYNCPG, id="asyncpg"),
    pytest.param("psycopg", PSYCOPG, id="psycopg"),
    pytest.param("psycopg2", PSYCOPG2, id="psycopg2"),
]


@pytest.mark.parametrize(("driver", "url"), DRIVERS)
@pytest.mark.parametrize(
    ("recycle", "reconnects"), [pytest.param(0, 4, id="zero"), pytest.param(-1, 1, id="off")]
)
def test_recycle_zero_reconnects_at_every_checkout(
    driver: str, url: str, recycle: int, reconnects: int, lab: Lab
) -> None:
    client = lab.application()
    client.must_make(aimed_at(engine(url, f"pool_recycle={recycle}"), lab.server.port))
    backends = {used["answer"] for used in client.use(times=4, sql=BACKEND)}
    assert len(backends) == reconnects
    lab.proves(
        "POOL103",
        shows="pool_recycle=0 opens a connection for every checkout",
        against=[lab.server.version, *client.versions(driver)],
    )


def test_recycle_zero_on_mariadb(lab: Lab, mariadb_server: MariaDB) -> None:
    client = lab.application()
    client.must_make(aimed_at(engine(AIOMYSQL, "pool_recycle=0"), mariadb_server.port))
    used = client.use(times=4, sql="select connection_id()")
    assert len({one["answer"] for one in used}) == 4
    lab.proves(
        "POOL103",
        shows="pool_recycle=0 opens a connection for every checkout",
        against=[mariadb_server.version, *client.versions("aiomysql")],
    )


@pytest.mark.parametrize(
    ("driver", "url"),
    [pytest.param("asyncpg", ASYNCPG, id="asyncpg"), pytest.param("psycopg", PSYCOPG, id="psycopg")],
)
def test_pool_timeout(driver: str, url: str, lab: Lab) -> None:
    client = lab.application()
    for name, timeout in (("for ever", None), ("bounded", 0.3)):
        source = engine(url, f"pool_size=1, max_overflow=0, pool_timeout={timeout}")
        client.must_make(aimed_at(source, lab.server.port), name)
        assert succeeded(client.hold(engine=name)[0])
    (bounded,) = client.use(engine="bounded", deadline=3.0)
    assert failed(
        bounded,
        "sqlalchemy.exc.TimeoutError",
        "QueuePool limit of size 1 overflow 0 reached, connection timed out, timeout 0.30",
    )
    assert bounded["seconds"] < 2
    (for_ever,) = client.use(engine="for ever", deadline=1.5)
    assert for_ever["classes"] == ["builtins.TimeoutError"], "only the test's own deadline ended it"
    client.release()
    assert all(succeeded(client.use(engine=name)[0]) for name in ("for ever", "bounded"))
    lab.proves(
        "POOL106",
        shows="pool_timeout=None waits for ever; a number ends in sqlalchemy.exc.TimeoutError",
        against=[lab.server.version, *client.versions(driver)],
    )


@pytest.mark.parametrize(("driver", "url"), DRIVERS)
@pytest.mark.parametrize(
    ("arguments", "kept"),
    [
        pytest.param("pool_size=0", 30, id="no-size"),
        pytest.param("pool_size=0, max_overflow=2", 30, id="no-size-and-overflow"),
        pytest.param("pool_size=2, max_overflow=-1", 2, id="no-limit-to-overflow"),
    ],
)
def test_unbounded_pool(driver: str, url: str, arguments: str, kept: int, lab: Lab) -> None:
    client = lab.application()
    client.must_make(aimed_at(engine(url, arguments), lab.server.port))
    assert all(succeeded(held) for held in client.hold(times=30))
    assert lab.server.connections() == 30
    client.release()
    assert settled(lab, kept)
    lab.proves(
        "POOL201",
        shows="pool_size=0 and max_overflow=-1 open as many connections as are asked for",
        against=[lab.server.version, *client.versions(driver)],
    )


@pytest.mark.parametrize(
    ("arguments", "opened", "kept"),
    [
        pytest.param("pool_timeout=0.2", 15, 5, id="defaults"),
        pytest.param("pool_size=2, max_overflow=10, pool_timeout=0.2", 12, 2, id="both-given"),
        pytest.param("pool_size=3, max_overflow=0, pool_timeout=0.2", 3, 3, id="no-overflow"),
    ],
)
def test_bounded_pool(arguments: str, opened: int, kept: int, lab: Lab) -> None:
    client = lab.application()
    client.must_make(aimed_at(engine(ASYNCPG, arguments), lab.server.port))
    held = client.hold(times=opened + 1)
    assert [succeeded(one) for one in held] == [True] * opened + [False]
    assert failed(held[-1], "sqlalchemy.exc.TimeoutError", "QueuePool limit of size")
    assert lab.server.connections() == opened
    client.release()
    assert settled(lab, kept)


@pytest.mark.parametrize(
    ("arguments", "fails"),
    [
        pytest.param("pool_use_lifo=True", True, id="lifo"),
        pytest.param("pool_use_lifo=True, pool_pre_ping=True", False, id="lifo-with-ping"),
        pytest.param("pool_use_lifo=False", False, id="fifo"),
    ],
)
def test_lifo_lets_the_rest_of_the_pool_go_stale(arguments: str, fails: bool, lab: Lab) -> None:
    lab.server.run("alter role app set idle_session_timeout = '2s'")
    client = lab.application()
    source = engine(ASYNCPG, f"pool_size=3, max_overflow=0, {arguments}")
    client.must_make(aimed_at(source, lab.server.port))
    client.warm(3)
    for _ in range(12):
        time.sleep(0.2)
        assert succeeded(client.use()[0])
    burst = client.hold(times=3)
    assert any(failed(one, "InterfaceError", "connection is closed") for one in burst) == fails
    lab.proves(
        "POOL107",
        shows="with pool_use_lifo the connections that quiet times do not use are cut",
        against=[lab.server.version, *client.versions("asyncpg")],
    )


def settled(lab: Lab, connections: int) -> bool:
    """Whether the server soon has so many connections, and keeps them."""
    end = time.monotonic() + 5
    while lab.server.connections() != connections and time.monotonic() < end:
        time.sleep(0.05)
    time.sleep(0.1)
    return lab.server.connections() == connections
