"""POOL406: more clients than a pooler admits."""

from collections.abc import Callable, Mapping

import pytest

from poollint.findings import Finding

CODE = "POOL406"
URL = "postgresql+psycopg2://app@pgbouncer/shop"
SERVICES = """\
  pgbouncer:
    image: edoburu/pgbouncer:v1.25.1-p0
    deploy: {replicas: %s}
    environment:
      DB_HOST: main
      POOL_MODE: transaction
      %s
  main:
    image: postgres:16
"""


@pytest.mark.parametrize(
    ("arguments", "command", "replicas", "setting", "expected"),
    [
        pytest.param(
            "pool_size=101, max_overflow=0", "uvicorn app.main:app", 1, "A: b", ("error high",), id="above"
        ),
        pytest.param("pool_size=100, max_overflow=0", "uvicorn app.main:app", 1, "A: b", (), id="as-many"),
        pytest.param(
            "pool_size=101, max_overflow=0", "uvicorn app.main:app", 2, "A: b", (), id="two-instances"
        ),
        pytest.param(
            "pool_size=101, max_overflow=0",
            "uvicorn app.main:app",
            1,
            'MAX_CLIENT_CONN: "1000"',
            (),
            id="raised",
        ),
        pytest.param(
            "pool_size=11, max_overflow=0",
            "uvicorn app.main:app",
            1,
            'MAX_CLIENT_CONN: "10"',
            ("error high",),
            id="lowered",
        ),
        pytest.param(
            "pool_size=50, max_overflow=51",
            "gunicorn app.main:app",
            1,
            "A: b",
            ("warning high",),
            id="ceiling-only",
        ),
        pytest.param("poolclass=NullPool", "uvicorn app.main:app", 1, "A: b", (), id="null-pool"),
        pytest.param("pool_size=unknown", "uvicorn app.main:app", 1, "A: b", (), id="not-known"),
        pytest.param(
            "pool_size=101, max_overflow=0",
            "uvicorn app.main:app",
            1,
            "MAX_CLIENT_CONN: $X",
            (),
            id="limit-not-known",
        ),
    ],
)
def test_deployed(
    *,
    arguments: str,
    command: str,
    replicas: int,
    setting: str,
    expected: tuple[str, ...],
    deployed: Callable[[str, str, str, str], dict[str, str]],
    shown: Callable[[str, Mapping[str, str]], tuple[str, ...]],
) -> None:
    files = deployed(f"create_engine(URL, {arguments})", command, URL, SERVICES % (replicas, setting))
    assert shown(CODE, files) == expected


def test_message(
    deployed: Callable[[str, str, str, str], dict[str, str]],
    findings: Callable[[str, Mapping[str, str]], tuple[Finding, ...]],
) -> None:
    text = "create_engine(URL, pool_size=20, max_overflow=10)"
    files = deployed(text, "uvicorn app.main:app --workers 4", URL, SERVICES % (1, "A: b"))
    (found,) = findings(CODE, files)
    assert found.problem.message == (
        "'api' can open 120 connections to 'pgbouncer'; it admits 100 (max_client_conn)"
    )


def test_nobody_uses_the_pooler(shown: Callable[[str, Mapping[str, str]], tuple[str, ...]]) -> None:
    assert shown(CODE, {"compose.yaml": "services:\n" + SERVICES % (1, 'MAX_CLIENT_CONN: "0"')}) == ()
