"""POOL202: an argument that the pool class does not take."""

from collections.abc import Callable

import pytest

CODE = "POOL202"


@pytest.mark.parametrize(
    ("text", "count"),
    [
        pytest.param("create_engine(URL, poolclass=NullPool, pool_size=5)", 1, id="null-pool-size"),
        pytest.param("create_engine(URL, poolclass=NullPool, pool_size=5, max_overflow=1)", 2, id="two"),
        pytest.param("create_engine(URL, poolclass=NullPool, pool_timeout=5)", 1, id="null-pool-timeout"),
        pytest.param("create_engine(URL, poolclass=StaticPool, pool_size=5)", 1, id="static-pool"),
        pytest.param("create_engine(URL, poolclass=AssertionPool, max_overflow=5)", 1, id="assertion-pool"),
        pytest.param(
            "create_engine(URL, poolclass=SingletonThreadPool, max_overflow=5)", 1, id="thread-pool"
        ),
        pytest.param(
            "create_engine(URL, poolclass=SingletonThreadPool, pool_size=5)", 0, id="thread-pool-size"
        ),
        pytest.param("create_async_engine('sqlite+aiosqlite://', pool_size=5)", 1, id="memory"),
        pytest.param("create_engine(URL, poolclass=NullPool, pool_use_lifo=True)", 1, id="null-pool-lifo"),
        pytest.param("create_async_engine('sqlite+aiosqlite:///x.db', pool_size=5)", 0, id="file"),
        pytest.param("create_engine('sqlite://', max_overflow=5)", 1, id="memory-overflow"),
        pytest.param("create_engine('sqlite://', pool_size=5)", 0, id="memory-size"),
        pytest.param("create_engine(URL, poolclass=NullPool, pool_pre_ping=True)", 0, id="ping-is-taken"),
        pytest.param("create_engine(URL, poolclass=NullPool, pool_recycle=5)", 0, id="recycle-is-taken"),
        pytest.param("create_engine(URL, poolclass=QueuePool, pool_size=5)", 0, id="queue"),
        pytest.param("create_engine(URL, pool_size=5)", 0, id="default-class"),
        pytest.param("create_engine(URL, poolclass=unknown, pool_size=5)", 0, id="class-not-known"),
    ],
)
def test_call(call: Callable[[str, str], tuple[str, ...]], text: str, count: int) -> None:
    assert call(CODE, text) == ("error high",) * count


def test_own_class_is_not_judged(call: Callable[[str, str], tuple[str, ...]]) -> None:
    assert call(CODE, "create_engine(URL, poolclass=type('Mine', (NullPool,), {}), pool_size=1)") == ()


def test_message(message: Callable[[str, str], str]) -> None:
    assert message(CODE, "create_engine(URL, poolclass=NullPool, pool_size=5)") == (
        "'db:engine' gives pool_size to NullPool, which does not take it: "
        "TypeError when the engine is created"
    )
