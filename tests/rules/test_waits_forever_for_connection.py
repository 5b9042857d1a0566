"""POOL106: waiting longer for a connection than anybody waits for the request."""

from collections.abc import Callable, Mapping

import pytest

CODE = "POOL106"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("create_engine(URL, pool_timeout=None)", ("warning high",), id="none"),
        pytest.param("create_engine(URL, pool_timeout=30)", (), id="a-number"),
        pytest.param("create_engine(URL)", (), id="default"),
        pytest.param("create_engine(URL, pool_timeout=unknown)", (), id="not-known"),
        pytest.param("create_engine(URL, pool_timeout=None, poolclass=NullPool)", (), id="null-pool"),
        pytest.param(
            "create_engine(URL, pool_timeout=9, max_overflow=-1)", ("warning high",), id="never-waits"
        ),
        pytest.param("create_engine(URL, pool_timeout=9, pool_size=0)", ("warning high",), id="size-0"),
        pytest.param(
            "create_engine(URL, pool_timeout=None, max_overflow=-1)",
            ("warning high",),
            id="none-and-unlimited",
        ),
        pytest.param(
            "create_engine(URL, pool_timeout=9, pool_size=NUMBER)", ("warning medium",), id="size-by-default"
        ),
        pytest.param("create_engine(URL, pool_timeout=9, max_overflow=unknown)", (), id="overflow-not-known"),
        pytest.param("create_engine(URL, max_overflow=-1)", (), id="unlimited-is-201"),
    ],
)
def test_call(call: Callable[[str, str], tuple[str, ...]], text: str, expected: tuple[str, ...]) -> None:
    assert call(CODE, text) == expected


@pytest.mark.parametrize(
    ("arguments", "command", "expected"),
    [
        pytest.param(
            ", pool_timeout=30", "gunicorn --threads 16 -t 30 app.main:app", ("info high",), id="at-the-limit"
        ),
        pytest.param(", pool_timeout=29", "gunicorn --threads 16 -t 30 app.main:app", (), id="below"),
        pytest.param(
            "", "gunicorn --threads 16 -t 20 app.main:app", ("info high",), id="default-waits-longer"
        ),
        pytest.param("", "gunicorn --threads 16 app.main:app", (), id="two-defaults"),
        pytest.param(
            ", pool_timeout=30",
            "gunicorn --threads 16 app.main:app",
            ("info high",),
            id="written-meets-default",
        ),
        pytest.param(", pool_timeout=30", "gunicorn --threads 16 -t 0 app.main:app", (), id="no-limit"),
        pytest.param("", "gunicorn --threads 15 -t 20 app.main:app", (), id="never-waits"),
        pytest.param("", "gunicorn -t 20 app.main:app", (), id="synchronous"),
        pytest.param(", pool_timeout=30", "uvicorn app.main:app", (), id="unknown-limit"),
        pytest.param(
            ", pool_timeout=unknown", "gunicorn --threads 16 -t 20 app.main:app", (), id="unknown-wait"
        ),
    ],
)
def test_request_limit(
    arguments: str,
    command: str,
    expected: tuple[str, ...],
    deployed: Callable[[str, str, str, str], dict[str, str]],
    shown: Callable[[str, Mapping[str, str]], tuple[str, ...]],
) -> None:
    files = deployed(f"create_engine(URL{arguments})", command, "postgresql://app@main/shop", "")
    assert tuple(each.split()[0] for each in shown(CODE, files)) == tuple(
        each.split()[0] for each in expected
    )


def test_message(message: Callable[[str, str], str]) -> None:
    assert message(CODE, "create_engine(URL, pool_timeout=None)") == (
        "'db:engine' waits for a free connection without any limit"
    )


def test_message_of_an_unlimited_pool(message: Callable[[str, str], str]) -> None:
    assert message(CODE, "create_engine(URL, pool_timeout=9, max_overflow=-1)") == (
        "'db:engine' never waits for a connection, so its pool_timeout has no effect: "
        "max_overflow=-1 takes the pool's limit away"
    )
