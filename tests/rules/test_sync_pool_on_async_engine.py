"""POOL204: a pool class of the other kind."""

from collections.abc import Callable, Mapping

import pytest

CODE = "POOL204"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("create_async_engine(URL, poolclass=QueuePool)", ("error high",), id="queue"),
        pytest.param("create_async_engine(URL, poolclass=SingletonThreadPool)", ("error high",), id="thread"),
        pytest.param(
            "create_engine(URL, poolclass=AsyncAdaptedQueuePool)", ("error high",), id="async-on-sync"
        ),
        pytest.param("create_async_engine(URL, poolclass=AsyncAdaptedQueuePool)", (), id="async-queue"),
        pytest.param("create_async_engine(URL, poolclass=NullPool)", (), id="null-pool"),
        pytest.param("create_async_engine(URL, poolclass=StaticPool)", (), id="static-pool"),
        pytest.param("create_engine(URL, poolclass=QueuePool)", (), id="sync-queue"),
        pytest.param("create_async_engine(URL)", (), id="default"),
        pytest.param("create_async_engine(URL, poolclass=unknown)", (), id="not-known"),
    ],
)
def test_call(call: Callable[[str, str], tuple[str, ...]], text: str, expected: tuple[str, ...]) -> None:
    assert call(CODE, text) == expected


def test_subclass(shown: Callable[[str, Mapping[str, str]], tuple[str, ...]]) -> None:
    text = """\
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import QueuePool


class Counting(QueuePool):
    pass


engine = create_async_engine("postgresql+asyncpg://app@db/x", poolclass=Counting)
"""
    assert shown(CODE, {"db.py": text}) == ("error high",)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param(
            "create_async_engine(URL, poolclass=QueuePool)",
            "is an async engine and cannot use QueuePool; its queue is AsyncAdaptedQueuePool, the default",
            id="async",
        ),
        pytest.param(
            "create_engine(URL, poolclass=AsyncAdaptedQueuePool)",
            "is a sync engine and cannot use AsyncAdaptedQueuePool; its queue is QueuePool, the default",
            id="sync",
        ),
    ],
)
def test_message(text: str, said: str, message: Callable[[str, str], str]) -> None:
    assert message(CODE, text) == f"'db:engine' {said}"
