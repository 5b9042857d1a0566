"""One engine in several event loops or processes (POOL302, 304, 306)."""

from typing import NamedTuple

import pytest

from poollint_lab.bench import Lab
from poollint_lab.configuration import ASYNCPG, PSYCOPG, PSYCOPG2, aimed_at, engine
from poollint_lab.protocol import failed, succeeded

HANDLER = """

async def answer():
    async with engine.connect() as connection:
        return (await connection.execute(text("select 1"))).scalar()


def handler():
    return asyncio.run(answer())
"""
DISPOSING_HANDLER = """

async def answer():
    try:
        async with engine.connect() as connection:
            return (await connection.execute(text("select 1"))).scalar()
    finally:
        await engine.dispose()


def handler():
    return asyncio.run(answer())
"""
ANOTHER_LOOP = "attached to a different loop"


@pytest.mark.parametrize("arguments", ["", "pool_pre_ping=True"], ids=["pool", "pre-ping"])
def test_asyncpg_pool_in_a_second_event_loop(arguments: str, lab: Lab) -> None:
    client = lab.application("same-loop")
    client.must_make(aimed_at(engine(ASYNCPG, arguments) + HANDLER, lab.server.port))
    first, second = client.ask(op="call", function="handler", times=2)["outcomes"]
    assert succeeded(first), first
    assert failed(second, "RuntimeError", ANOTHER_LOOP), second
    lab.proves(
        "POOL302",
        shows="an asyncpg pool fails in its second event loop, also with pre-ping",
        against=[lab.server.version, *client.versions("asyncpg")],
    )


@pytest.mark.parametrize(
    ("driver", "source"),
    [
        pytest.param("asyncpg", engine(ASYNCPG, "poolclass=NullPool") + HANDLER, id="null-pool"),
        pytest.param("asyncpg", engine(ASYNCPG) + DISPOSING_HANDLER, id="disposed-in-time"),
        pytest.param("psycopg", engine(PSYCOPG) + HANDLER, id="psycopg"),
    ],
)
def test_engine_that_bears_several_event_loops(driver: str, source: str, lab: Lab) -> None:
    client = lab.application("same-loop")
    client.must_make(aimed_at(source, lab.server.port))
    called = client.ask(op="call", function="handler", times=4)["outcomes"]
    assert all(succeeded(one) for one in called), called
    lab.proves(
        "POOL302",
        shows="NullPool and dispose() in each loop bear it; psycopg does until the pool must wait",
        against=[lab.server.version, *client.versions(driver)],
    )


@pytest.mark.parametrize("driver", ["psycopg"])
def test_psycopg_pool_that_has_to_wait_in_another_loop(driver: str, lab: Lab) -> None:
    client = lab.application("same-loop")
    source = (
        engine(PSYCOPG, "pool_size=1, max_overflow=0, pool_timeout=2")
        + """

async def crowd():
    async def one():
        async with engine.connect() as connection:
            await connection.execute(text("select pg_sleep(0.05)"))

    await asyncio.gather(one(), one())


def handler():
    asyncio.run(crowd())
"""
    )
    client.must_make(aimed_at(source, lab.server.port))
    first, second = client.ask(op="call", function="handler", times=2)["outcomes"]
    assert succeeded(first), first
    assert failed(second, "RuntimeError", "is bound to a different event loop"), second
    lab.proves(
        "POOL302",
        shows="a psycopg pool fails in its second event loop once it has to wait",
        against=[lab.server.version, *client.versions(driver)],
    )


POST_FORK = """

async def answer():
    async with engine.connect() as connection:
        return (await connection.execute(text("select 1"))).scalar()


def post_fork():
    {dispose}
    return asyncio.run(answer())
"""
SYNC_POST_FORK = """

def post_fork():
    {dispose}
    with engine.connect() as connection:
        return connection.execute(text("select 1")).scalar()
"""


class Forking(NamedTuple):
    driver: str
    url: str
    hook: str
    dispose: str
    exception: str
    message: str


FORKING = [
    # The child takes the socket out of the event loop's epoll set, which the parent shares.
    Forking("asyncpg", ASYNCPG, POST_FORK, "engine.sync_engine.dispose({})", "TimeoutError", ""),
    Forking("asyncpg", ASYNCPG, POST_FORK, "asyncio.run(engine.dispose({}))", "TimeoutError", ""),
    Forking(
        "psycopg2",
        PSYCOPG2,
        SYNC_POST_FORK,
        "engine.dispose({})",
        "psycopg2.OperationalError",
        "server closed the connection unexpectedly",
    ),
]


@pytest.mark.parametrize("forking", FORKING, ids=["asyncpg-sync", "asyncpg-awaited", "psycopg2"])
@pytest.mark.parametrize("close", ["", "close=False"], ids=["dispose", "close-false"])
def test_dispose_in_a_forked_child(forking: Forking, close: str, lab: Lab) -> None:
    client = lab.application("same-loop")
    hook = forking.hook.format(dispose=forking.dispose.format(close))
    client.must_make(aimed_at(engine(forking.url) + hook, lab.server.port))
    assert succeeded(client.use()[0])
    child = client.ask(op="fork", function="post_fork")["outcomes"][0]
    assert succeeded(child), child
    parent = client.use(deadline=20 if close else 0.5)[0]
    if close:
        assert succeeded(parent), parent
    else:
        assert failed(parent, forking.exception, forking.message), parent
    lab.proves(
        "POOL304",
        shows="dispose() in a forked child breaks the parent's connection; close=False does not",
        against=[lab.server.version, *client.versions(forking.driver)],
    )


@pytest.mark.parametrize(
    ("url", "hook"),
    [pytest.param(ASYNCPG, POST_FORK, id="asyncpg"), pytest.param(PSYCOPG2, SYNC_POST_FORK, id="psycopg2")],
)
def test_engine_that_never_connected_before_the_fork(url: str, hook: str, lab: Lab) -> None:
    client = lab.application("same-loop")
    client.must_make(aimed_at(engine(url) + hook.format(dispose="pass"), lab.server.port))
    child = client.ask(op="fork", function="post_fork")["outcomes"][0]
    assert succeeded(child), child
    assert succeeded(client.use()[0])
