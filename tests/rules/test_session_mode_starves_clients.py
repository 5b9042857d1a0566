"""POOL405: more pooled clients than a session-mode pooler has server connections."""

from collections.abc import Callable, Mapping

import pytest

from poollint.findings import Finding

CODE = "POOL405"
URL = "postgresql+psycopg2://app@pgbouncer/shop"
SERVICES = """\
  pgbouncer:
    image: edoburu/pgbouncer:v1.25.1-p0
    environment:
      DB_HOST: main
      %s
  main:
    image: postgres:16
"""
TEN = 'POOL_MODE: session\n      DEFAULT_POOL_SIZE: "10"'


@pytest.mark.parametrize(
    ("arguments", "command", "settings", "expected"),
    [
        pytest.param(
            "pool_size=11, max_overflow=0", "uvicorn app.main:app", TEN, ("error high",), id="above"
        ),
        pytest.param("pool_size=10, max_overflow=0", "uvicorn app.main:app", TEN, (), id="as-many"),
        pytest.param(
            "pool_size=5, max_overflow=0", "uvicorn app.main:app --workers 2", TEN, (), id="two-fit"
        ),
        pytest.param(
            "pool_size=5, max_overflow=0",
            "uvicorn app.main:app --workers 3",
            TEN,
            ("error high",),
            id="three",
        ),
        pytest.param(
            "pool_size=5, max_overflow=6",
            "gunicorn app.main:app",
            TEN,
            ("warning medium",),
            id="ceiling-only",
        ),
        pytest.param(
            "pool_size=20",
            "uvicorn app.main:app",
            TEN.replace("session", "transaction"),
            (),
            id="transaction",
        ),
        pytest.param(
            "pool_size=20, max_overflow=0", "uvicorn app.main:app", "POOL_SIZE: 5", (), id="default-20"
        ),
        pytest.param(
            "pool_size=21, max_overflow=0",
            "uvicorn app.main:app",
            "X: 5",
            ("error high",),
            id="above-default",
        ),
        pytest.param(
            "pool_size=500",
            "uvicorn app.main:app",
            "POOL_MODE: session\n      DEFAULT_POOL_SIZE: $SIZE",
            (),
            id="room-not-known",
        ),
        pytest.param("poolclass=NullPool", "uvicorn app.main:app", TEN, (), id="null-pool"),
        pytest.param("pool_size=unknown", "uvicorn app.main:app", TEN, (), id="not-known"),
        pytest.param(
            "pool_size=12, max_overflow=0",
            "uvicorn app.main:app",
            TEN + '\n      RESERVE_POOL_SIZE: "2"',
            (),
            id="reserve",
        ),
    ],
)
def test_deployed(
    *,
    arguments: str,
    command: str,
    settings: str,
    expected: tuple[str, ...],
    deployed: Callable[[str, str, str, str], dict[str, str]],
    shown: Callable[[str, Mapping[str, str]], tuple[str, ...]],
) -> None:
    files = deployed(f"create_engine(URL, {arguments})", command, URL, SERVICES % settings)
    assert shown(CODE, files) == expected


def test_a_pooler_that_nobody_goes_through_starves_nobody(
    deployed: Callable[[str, str, str, str], dict[str, str]],
    shown: Callable[[str, Mapping[str, str]], tuple[str, ...]],
) -> None:
    beside = URL.replace("pgbouncer", "main")
    text = "create_engine(URL, pool_size=20, max_overflow=1)"
    assert shown(CODE, deployed(text, "uvicorn app.main:app", beside, SERVICES % TEN)) == ()


def test_message(
    deployed: Callable[[str, str, str, str], dict[str, str]],
    findings: Callable[[str, Mapping[str, str]], tuple[Finding, ...]],
) -> None:
    text = "create_engine(URL, pool_size=20, max_overflow=1)"
    (found,) = findings(CODE, deployed(text, "uvicorn app.main:app", URL, SERVICES % TEN))
    assert found.problem.message == (
        "'api' can keep 21 connections to 'pgbouncer' in session mode, "
        "which has 10 server connections for them"
    )
