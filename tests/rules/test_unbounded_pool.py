"""POOL201: a queue pool without a limit."""

from collections.abc import Callable

import pytest

CODE = "POOL201"
PLACE = "'postgresql://app@db/x'"


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        pytest.param("pool_size=0", ("error high",), id="size-0"),
        pytest.param("max_overflow=-1", ("error high",), id="overflow-minus-1"),
        pytest.param("pool_size=0, max_overflow=-1", ("error high", "error high"), id="both"),
        pytest.param("pool_size=NUMBER", ("error medium",), id="default-of-a-variable"),
        pytest.param("pool_size=1", (), id="size-1"),
        pytest.param("max_overflow=0", (), id="overflow-0"),
        pytest.param("max_overflow=-2", (), id="other-negative-number"),
        pytest.param("pool_size=False", (), id="false-is-no-number"),
        pytest.param("pool_size=unknown", (), id="not-known"),
        pytest.param("pool_size=0 if NUMBER else 5", (), id="one-of-two"),
        pytest.param("pool_size=0, poolclass=NullPool", (), id="null-pool"),
        pytest.param("pool_size=0, poolclass=unknown", (), id="class-not-known"),
        pytest.param("pool_size=0, poolclass=QueuePool", ("error high",), id="queue"),
    ],
)
def test_call(call: Callable[[str, str], tuple[str, ...]], arguments: str, expected: tuple[str, ...]) -> None:
    assert call(CODE, f"create_engine({PLACE}, {arguments})") == expected


def test_async(call: Callable[[str, str], tuple[str, ...]]) -> None:
    assert call(CODE, "create_async_engine('postgresql+asyncpg://app@db/x', pool_size=0)") == ("error high",)


def test_message(message: Callable[[str, str], str]) -> None:
    assert message(CODE, f"create_engine({PLACE}, pool_size=0)") == (
        "pool_size=0 lets 'db:engine' open connections without any limit and keeps them all"
    )
    assert message(CODE, f"create_engine({PLACE}, max_overflow=-1)") == (
        "max_overflow=-1 lets 'db:engine' open connections without any limit"
    )
