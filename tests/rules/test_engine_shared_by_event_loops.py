"""POOL302: one engine, a new event loop at every call."""

from collections.abc import Callable, Mapping

import pytest

from poollint.findings import Finding

CODE = "POOL302"
HEAD = """\
import asyncio

from celery import Celery
from fastapi import FastAPI
from sqlalchemy import NullPool, StaticPool, text
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine

app = Celery("shop")
api = FastAPI()
"""
ASYNCPG = "engine = create_async_engine('postgresql+asyncpg://app@db/x'{})\n"
WORK = """
Session = async_sessionmaker(engine)


async def work(number):
    async with Session() as session:
        await session.execute(text("SELECT 1"))

"""
TASK = """
@app.task
def run():
    asyncio.run(work(1))
"""


def engine(arguments: str = "", driver: str = "asyncpg") -> str:
    return ASYNCPG.format(arguments).replace("asyncpg", driver)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(engine() + WORK + TASK, ("error high",), id="asyncpg"),
        pytest.param(engine(", pool_pre_ping=True") + WORK + TASK, ("error high",), id="pinged"),
        pytest.param(engine(", poolclass=StaticPool") + WORK + TASK, ("error high",), id="static-pool"),
        pytest.param(engine(driver="psycopg") + WORK + TASK, ("warning medium",), id="psycopg"),
        pytest.param(
            engine().replace("engine", "second", 1) + engine() + WORK + TASK, ("error high",), id="one-of-two"
        ),
        pytest.param(
            "engine = create_async_engine('sqlite+aiosqlite:///x.db')\n" + WORK + TASK,
            ("warning medium",),
            id="sqlite-file",
        ),
        pytest.param(
            "engine = create_async_engine('sqlite+aiosqlite://')\n" + WORK + TASK, (), id="sqlite-in-memory"
        ),
        pytest.param(engine(", poolclass=StaticPool", "psycopg") + WORK + TASK, (), id="static-pool-psycopg"),
        pytest.param(
            "engine = create_async_engine(unknown)\n" + WORK + TASK,
            ("warning medium",),
            id="driver-not-known",
        ),
        pytest.param(engine(", poolclass=NullPool") + WORK + TASK, (), id="null-pool"),
        pytest.param(
            engine() + WORK + "    await engine.dispose()\n" + TASK, (), id="disposed-by-the-coroutine"
        ),
        pytest.param(engine() + WORK + TASK.replace("@app.task\n", ""), (), id="called-by-nobody-known"),
        pytest.param(
            engine() + WORK + "\n@api.get('/')\ndef read():\n    asyncio.run(work(1))\n",
            ("error high",),
            id="route",
        ),
        pytest.param(
            engine() + WORK + "\ndef lambda_handler(event, context):\n    asyncio.run(work(1))\n",
            ("error high",),
            id="cloud-function",
        ),
        pytest.param(
            engine() + WORK + "\n@api.get('/')\nasync def read():\n    await work(1)\n", (), id="one-loop"
        ),
        pytest.param(
            engine() + WORK + "\nloop = asyncio.new_event_loop()\n\n@app.task\ndef run():\n"
            "    loop.run_until_complete(work(1))\n",
            (),
            id="loop-that-lives-on",
        ),
        pytest.param(
            engine() + WORK + "\n@app.task\ndef run():\n    loop = asyncio.new_event_loop()\n"
            "    loop.run_until_complete(work(1))\n",
            ("error high",),
            id="loop-made-here",
        ),
        pytest.param(
            engine() + WORK + "\n@app.task\ndef run():\n    loop = asyncio.get_event_loop()\n"
            "    loop.run_until_complete(work(1))\n",
            (),
            id="loop-of-the-thread",
        ),
        pytest.param(
            engine() + WORK + "\ndef wait(coroutine):\n    return asyncio.run(coroutine)\n\n"
            "@app.task\ndef run():\n    wait(work(1))\n",
            ("error high",),
            id="wrapper",
        ),
        pytest.param(
            engine() + WORK + "\ndef helper():\n    return asyncio.run(work(1))\n\n"
            "@app.task\ndef run():\n    helper()\n",
            ("error high",),
            id="helper",
        ),
        pytest.param(
            engine() + "\nclass Store:\n    async def get(self):\n        async with engine.connect():\n"
            "            pass\n\n@app.task\ndef run():\n    asyncio.run(Store().get())\n",
            ("error medium",),
            id="by-a-class",
        ),
        pytest.param(
            "\nasync def work(number):\n    " + engine() + "    await engine.dispose()\n" + TASK,
            (),
            id="made-inside",
        ),
        pytest.param(engine() + "\nasync def work(number):\n    pass\n" + TASK, (), id="does-not-use-it"),
        pytest.param(engine() + WORK, (), id="no-loop"),
    ],
)
def test_code(
    text: str, expected: tuple[str, ...], shown: Callable[[str, Mapping[str, str]], tuple[str, ...]]
) -> None:
    assert shown(CODE, {"tasks.py": HEAD + text}) == expected


def test_across_files(findings: Callable[[str, Mapping[str, str]], tuple[Finding, ...]]) -> None:
    files = {
        "shop/__init__.py": "",
        "shop/db.py": HEAD + engine() + WORK,
        "shop/loops.py": "import asyncio\n\n\ndef wait(coroutine):\n    return asyncio.run(coroutine)\n",
        "shop/tasks.py": "from celery import shared_task\n\n"
        "from shop.db import work\nfrom shop.loops import wait\n\n\n"
        "@shared_task\ndef run():\n    wait(work(1))\n",
    }
    (found,) = findings(CODE, files)
    assert found.problem.at.path == "shop/tasks.py"
    assert found.problem.message == (
        "a task, 'shop.tasks.run', uses 'shop.db:engine' in a new event loop at each call: "
        "it fails at the second call"
    )
    assert found.problem.label == "a new event loop by way of work, Session"


@pytest.mark.parametrize(
    ("driver", "said"),
    [
        pytest.param("psycopg", "it fails once its pool has to wait", id="psycopg"),
        pytest.param(
            "other", "it fails at the second call unless its driver is another than asyncpg", id="other"
        ),
    ],
)
def test_message(
    driver: str, said: str, findings: Callable[[str, Mapping[str, str]], tuple[Finding, ...]]
) -> None:
    (found,) = findings(CODE, {"tasks.py": HEAD + engine(driver=driver) + WORK + TASK})
    assert found.problem.message.endswith(said)


def test_job(shown: Callable[[str, Mapping[str, str]], tuple[str, ...]]) -> None:
    files = {"scripts/tasks.py": HEAD + engine() + WORK + TASK}
    assert shown(CODE, files) == ()
