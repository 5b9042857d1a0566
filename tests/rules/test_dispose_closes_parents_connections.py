"""POOL304: a forked child closes what its parent uses."""

from collections.abc import Callable, Mapping

import pytest

from poollint.findings import Finding

CODE = "POOL304"
HEAD = """\
import asyncio

from celery.signals import worker_init, worker_process_init
from sqlalchemy import NullPool, create_engine
from sqlalchemy.ext.asyncio import create_async_engine
from uwsgidecorators import postfork

"""
SYNC = "engine = create_engine('postgresql+psycopg2://app@db/x')\n"
ASYNC = "engine = create_async_engine('postgresql+asyncpg://app@db/x')\n"
HOOK = "\n@worker_process_init.connect\ndef forget(**kwargs):\n    {}\n"


@pytest.mark.parametrize(
    ("text", "count"),
    [
        pytest.param(SYNC + HOOK.format("engine.dispose()"), 1, id="celery"),
        pytest.param(SYNC + HOOK.format("engine.dispose(close=True)"), 1, id="close-true"),
        pytest.param(SYNC + HOOK.format("engine.dispose(close=False)"), 0, id="close-false"),
        pytest.param(SYNC + HOOK.format("engine.dispose(False)"), 0, id="close-false-by-position"),
        pytest.param(SYNC + HOOK.format("engine.dispose(close=unknown)"), 0, id="not-known"),
        pytest.param(ASYNC + HOOK.format("asyncio.run(engine.dispose())"), 1, id="async"),
        pytest.param(ASYNC + HOOK.format("engine.sync_engine.dispose()"), 1, id="inner-engine"),
        pytest.param(ASYNC + HOOK.format("engine.sync_engine.dispose(close=False)"), 0, id="inner-right"),
        pytest.param(SYNC + HOOK.replace("()", "").format("engine.dispose()"), 1, id="bare-decorator"),
        pytest.param(
            SYNC + HOOK.replace("connect", "connect(weak=False)").format("engine.dispose()"), 1, id="called"
        ),
        pytest.param(SYNC + HOOK.replace("_process", "").format("engine.dispose()"), 0, id="in-the-parent"),
        pytest.param(SYNC + "\n@postfork\ndef forget():\n    engine.dispose()\n", 1, id="uwsgi"),
        pytest.param(SYNC + "\ndef post_fork(server, worker):\n    engine.dispose()\n", 1, id="gunicorn"),
        pytest.param(SYNC + "\ndef post_worker_init(worker):\n    engine.dispose()\n", 1, id="gunicorn-init"),
        pytest.param(SYNC + "\ndef shutdown():\n    engine.dispose()  # post_fork\n", 0, id="no-hook"),
        pytest.param(SYNC + HOOK.format("other.dispose()"), 0, id="something-else"),
        pytest.param(
            SYNC + SYNC.replace("engine =", "second =") + HOOK.format("engine.dispose()"), 1, id="one-of-two"
        ),
        pytest.param(SYNC + HOOK.format("unknown().dispose()"), 0, id="not-a-name"),
        pytest.param(
            SYNC.replace("')", "', poolclass=NullPool)") + HOOK.format("engine.dispose()"), 0, id="null-pool"
        ),
    ],
)
def test_code(text: str, count: int, shown: Callable[[str, Mapping[str, str]], tuple[str, ...]]) -> None:
    assert shown(CODE, {"tasks.py": HEAD + text}) == ("warning medium",) * count


@pytest.mark.parametrize(
    "statement",
    ["from shop.db import engine", "from shop import db", "import shop.db", "import shop.db as db"],
)
def test_import_in_the_hook(
    statement: str, findings: Callable[[str, Mapping[str, str]], tuple[Finding, ...]]
) -> None:
    name = {"from shop.db import engine": "engine", "import shop.db": "shop.db.engine"}.get(
        statement, "db.engine"
    )
    files = {
        "shop/__init__.py": "",
        "shop/db.py": HEAD + SYNC,
        "gunicorn.conf.py": f"def post_fork(server, worker):\n    {statement}\n\n    {name}.dispose()\n",
    }
    (found,) = findings(CODE, files)
    assert found.problem.message == (
        "gunicorn's post_fork disposes of 'shop.db:engine' and closes connections "
        "that the parent process still uses"
    )
