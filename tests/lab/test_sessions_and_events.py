"""Code around the pool that does not do what it says (POOL209, 305, 306, 309, 310)."""

from pathlib import Path
from typing import NamedTuple

import pytest

from poollint_lab.bench import Lab
from poollint_lab.configuration import ASYNCPG, PSYCOPG, aimed_at, engine
from poollint_lab.protocol import failed, succeeded

SHARED_SESSION = """

async def gathered():
    async with AsyncSession(engine) as session:
        await asyncio.gather(*(session.execute(text("select 1")) for _ in range(3)))


def main():
    asyncio.run(gathered())
"""
SHARED_SESSION_COMMITTED = """

async def work(session):
    await session.execute(text("select pg_sleep(0.01)"))
    await session.commit()


async def gathered():
    async with AsyncSession(engine) as session:
        await session.execute(text("select 1"))
        await asyncio.gather(work(session), work(session), work(session))


def main():
    asyncio.run(gathered())
"""
SESSION_EACH = """

async def work():
    async with AsyncSession(engine) as session:
        await session.execute(text("select pg_sleep(0.01)"))
        await session.commit()


async def gathered():
    await asyncio.gather(work(), work(), work())


def main():
    asyncio.run(gathered())
"""


class Sharing(NamedTuple):
    driver: str
    url: str
    work: str


SHARINGS = {
    "fresh-asyncpg": Sharing("asyncpg", ASYNCPG, SHARED_SESSION),
    "fresh-psycopg": Sharing("psycopg", PSYCOPG, SHARED_SESSION),
    "committing-asyncpg": Sharing("asyncpg", ASYNCPG, SHARED_SESSION_COMMITTED),
    "committing-psycopg": Sharing("psycopg", PSYCOPG, SHARED_SESSION_COMMITTED),
}
# Which of them it is depends on how far the other tasks have come.
ENDINGS = [
    (
        "sqlalchemy.exc.IllegalStateChangeError",
        "Method 'close()' can't be called here; method '_connection_for_bind()' is already in progress",
    ),
    (
        "sqlalchemy.exc.IllegalStateChangeError",
        "can't be called here; method 'commit()' is already in progress",
    ),
    (
        "asyncpg.exceptions._base.InterfaceError",
        "cannot perform operation: another operation is in progress",
    ),
]


@pytest.mark.parametrize("sharing", SHARINGS.values(), ids=SHARINGS)
def test_session_shared_by_tasks(sharing: Sharing, lab: Lab) -> None:
    client = lab.application("same-loop")
    client.must_make(aimed_at(engine(sharing.url) + sharing.work, lab.server.port))
    (shared,) = client.ask(op="call", function="main")["outcomes"]
    assert any(failed(shared, *ending) for ending in ENDINGS), shared
    client.must_make(aimed_at(engine(sharing.url) + SESSION_EACH, lab.server.port))
    (each,) = client.ask(op="call", function="main")["outcomes"]
    assert succeeded(each), each
    lab.proves(
        "POOL306",
        shows="one session in several tasks breaks its state; a session each does not",
        against=[lab.server.version, *client.versions(sharing.driver)],
    )


NO_SUCH_EVENT = """

@event.listens_for({target}, "handle_error")
def log(context):
    pass
"""


@pytest.mark.parametrize(
    ("target", "exception", "message"),
    [
        pytest.param(
            "AsyncEngine",
            "sqlalchemy.exc.InvalidRequestError",
            "No such event 'handle_error' for target",
            id="class",
        ),
        pytest.param("engine", "NotImplementedError", "asynchronous events are not implemented", id="engine"),
    ],
)
def test_event_on_an_async_engine(target: str, exception: str, message: str, python: Path, lab: Lab) -> None:
    client = lab.application(python=python)
    made = client.make(aimed_at(engine(ASYNCPG) + NO_SUCH_EVENT.format(target=target), lab.server.port))
    assert failed(made, exception, message), made
    client.must_make(
        aimed_at(engine(ASYNCPG) + NO_SUCH_EVENT.format(target="engine.sync_engine"), lab.server.port)
    )
    assert succeeded(client.use()[0])
    lab.proves(
        "POOL309",
        shows="an event of an async engine is refused; one of its sync_engine is not",
        against=[*client.versions("asyncpg")],
    )


CATCHING = """
import sqlalchemy.exc


async def full():
    async with engine.connect():
        try:
            async with engine.connect():
                return "room"
        except {caught}:
            return "caught"


def main():
    return asyncio.run(full())
"""


@pytest.mark.parametrize(
    ("caught", "exception", "message"),
    [
        pytest.param("asyncio.TimeoutError", "sqlalchemy.exc.TimeoutError", "QueuePool limit", id="asyncio"),
        pytest.param("TimeoutError", "sqlalchemy.exc.TimeoutError", "QueuePool limit", id="builtin"),
        pytest.param("sqlalchemy.exc.PoolTimeout", "AttributeError", "PoolTimeout", id="no-such-name"),
        pytest.param("sqlalchemy.exc.TimeoutError", "", "", id="the-right-one"),
    ],
)
def test_what_catches_an_exhausted_pool(
    caught: str, exception: str, message: str, python: Path, lab: Lab
) -> None:
    client = lab.application("same-loop", python)
    source = engine(ASYNCPG, "pool_size=1, max_overflow=0, pool_timeout=0.1")
    client.must_make(aimed_at(source + CATCHING.format(caught=caught), lab.server.port))
    (called,) = client.ask(op="call", function="main")["outcomes"]
    if exception:
        assert failed(called, exception, message), called
    else:
        assert called["answer"] == "caught", called
    lab.proves(
        "POOL310",
        shows="only sqlalchemy.exc.TimeoutError catches an exhausted pool; PoolTimeout does not exist",
        against=[lab.server.version, *client.versions("asyncpg")],
    )


@pytest.mark.parametrize("value", ["false", "0", "no"])
def test_text_is_true(value: str, python: Path, lab: Lab) -> None:
    client = lab.application(python=python)
    client.must_make(
        aimed_at(
            "engine = async_engine_from_config({\n"
            f'    "sqlalchemy.url": "{ASYNCPG}",\n'
            f'    "sqlalchemy.pool_pre_ping": "{value}",\n'
            "})\n",
            lab.server.port,
        )
    )
    client.warm(2)
    lab.server.terminate_connections()
    assert all(succeeded(used) for used in client.use(times=3)), "pre-ping is on"
    lab.proves(
        "POOL209",
        shows="pool_pre_ping = false in an ini file switches it on",
        against=[lab.server.version, *client.versions("asyncpg")],
    )


LEAKING = """
kept = []


async def answer():
    connection = await engine.connect()
    kept.append(connection)
    return (await connection.execute(text("select 1"))).scalar()


def main():
    return loop.run_until_complete(answer())


loop = asyncio.new_event_loop()
"""


def test_connection_never_returned(lab: Lab) -> None:
    client = lab.application("same-loop")
    source = engine(ASYNCPG, "pool_size=2, max_overflow=0, pool_timeout=0.2")
    client.must_make(aimed_at(source + LEAKING, lab.server.port))
    called = client.ask(op="call", function="main", times=3)["outcomes"]
    assert [succeeded(one) for one in called] == [True, True, False]
    assert failed(called[-1], "sqlalchemy.exc.TimeoutError", "QueuePool limit of size 2")
    rows = lab.server.run("select count(*) from pg_stat_activity where state = 'idle in transaction'")
    assert rows == [(2,)]
    lab.proves(
        "POOL305",
        shows="a connection that is kept is lost to the pool and stays idle in transaction",
        against=[lab.server.version, *client.versions("asyncpg")],
    )
