"""A process frozen for longer than the server keeps idle connections (POOL321)."""

import time

import pytest

from poollint_lab.bench import Lab
from poollint_lab.configuration import ASYNCPG, PSYCOPG, aimed_at, engine
from poollint_lab.protocol import LoopStyle, failed, succeeded

DRIVERS = [
    pytest.param("asyncpg", ASYNCPG, id="asyncpg"),
    pytest.param("psycopg", PSYCOPG, id="psycopg"),
]
IDLE_SECONDS = 3
"""Long enough to use four engines before the first connection ends, also on a busy machine."""
CUT = [
    ("InterfaceError", "connection is closed"),
    ("InternalClientError", "cannot switch to state"),
    ("asyncpg.exceptions.IdleSessionTimeoutError", "idle-session timeout"),
    ("asyncpg.exceptions.ConnectionDoesNotExistError", "closed in the middle of operation"),
    ("psycopg.errors.IdleSessionTimeout", "terminating connection due to idle-session timeout"),
]
CONFIGURATIONS = {
    "pool": "pool_size=5, max_overflow=10",
    "one connection": "pool_size=1, max_overflow=0",
    "pool with ping": "pool_size=1, max_overflow=0, pool_pre_ping=True",
    "no pool": "poolclass=NullPool",
}


@pytest.mark.parametrize(("driver", "url"), DRIVERS)
@pytest.mark.parametrize("style", ["running-loop", "same-loop"])
def test_frozen_process(driver: str, url: str, style: LoopStyle, lab: Lab) -> None:
    lab.server.run("alter role app set idle_session_timeout = '3s'")
    client = lab.application(style)
    for name, arguments in CONFIGURATIONS.items():
        client.must_make(aimed_at(engine(url, arguments), lab.server.port), name)
        # One request at a time never opens more than one connection, however large the pool.
        assert all(succeeded(used) for used in client.use(engine=name, times=5))
    assert lab.server.connections() == 3
    client.freeze()
    assert lab.server.connections() == 3, "frozen, each pool keeps what it holds"
    latest = time.monotonic() + 5 * IDLE_SECONDS
    while lab.server.connections() and time.monotonic() < latest:
        time.sleep(0.2)
    assert lab.server.connections() == 0
    client.thaw()
    for name in ("pool", "one connection"):
        first, second = client.use(engine=name, times=2)
        # Which it is depends on what the event loop hears first.
        assert any(failed(first, *cut) for cut in CUT), first
        assert succeeded(second), second
    for name in ("pool with ping", "no pool"):
        assert succeeded(client.use(engine=name)[0])
    lab.proves(
        "POOL321",
        shows="frozen, a pool keeps one connection and fails once after the thaw; NullPool does not",
        against=[lab.server.version, *client.versions(driver)],
    )
