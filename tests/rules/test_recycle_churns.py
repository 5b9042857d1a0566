"""POOL103: a recycle so short that the pool reconnects all the time."""

from collections.abc import Callable

import pytest

CODE = "POOL103"


@pytest.mark.parametrize(
    ("recycle", "expected"),
    [
        pytest.param("-1", (), id="off"),
        pytest.param("0", ("warning high",), id="every-checkout"),
        pytest.param("1", ("info high",), id="a-second"),
        pytest.param("59", ("info high",), id="below-a-minute"),
        pytest.param("60", (), id="a-minute"),
        pytest.param("NUMBER", ("warning medium",), id="default-of-a-variable"),
        pytest.param("unknown", (), id="not-known"),
        pytest.param("0, poolclass=NullPool", (), id="null-pool"),
        pytest.param("ZERO", ("warning high",), id="constant"),
    ],
)
def test_call(call: Callable[[str, str], tuple[str, ...]], recycle: str, expected: tuple[str, ...]) -> None:
    assert call(CODE, f"create_engine('postgresql://app@db/x', pool_recycle={recycle})") == expected


@pytest.mark.parametrize(
    ("recycle", "often"),
    [pytest.param("0", "at every checkout", id="0"), pytest.param("9", "every 9 s", id="9")],
)
def test_message(recycle: str, often: str, message: Callable[[str, str], str]) -> None:
    assert message(CODE, f"create_engine(URL, pool_recycle={recycle})") == (
        f"'db:engine' replaces its connections {often}"
    )
