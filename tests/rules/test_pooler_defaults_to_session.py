"""POOL603: a pooler whose mode nobody chose."""

from collections.abc import Callable, Mapping

import pytest

from poollint.findings import Finding

CODE = "POOL603"
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


@pytest.mark.parametrize(
    ("arguments", "command", "setting", "expected"),
    [
        pytest.param("pool_size=1", "uvicorn app.main:app --workers 1", "A: b", (), id="one-process"),
        pytest.param(
            "pool_size=1, max_overflow=0",
            "uvicorn app.main:app --workers 2",
            "A: b",
            ("warning high",),
            id="two-processes",
        ),
        pytest.param(
            "pool_size=1, max_overflow=0",
            "uvicorn app.main:app --workers 2",
            "POOL_MODE: session",
            (),
            id="written-down",
        ),
        pytest.param(
            "pool_size=1, max_overflow=0",
            "uvicorn app.main:app --workers 2",
            "POOL_MODE: transaction",
            (),
            id="transaction",
        ),
        pytest.param("pool_size=50", "uvicorn app.main:app --workers 2", "A: b", (), id="starved-is-405"),
    ],
)
def test_deployed(
    *,
    arguments: str,
    command: str,
    setting: str,
    expected: tuple[str, ...],
    deployed: Callable[[str, str, str, str], dict[str, str]],
    shown: Callable[[str, Mapping[str, str]], tuple[str, ...]],
) -> None:
    files = deployed(f"create_engine(URL, {arguments})", command, URL, SERVICES % setting)
    assert shown(CODE, files) == expected


def test_nobody_uses_it(shown: Callable[[str, Mapping[str, str]], tuple[str, ...]]) -> None:
    assert shown(CODE, {"compose.yaml": "services:\n" + SERVICES % "A: b"}) == ()


def test_message(
    deployed: Callable[[str, str, str, str], dict[str, str]],
    findings: Callable[[str, Mapping[str, str]], tuple[Finding, ...]],
) -> None:
    text = "create_engine(URL, pool_size=2, max_overflow=0)"
    files = deployed(text, "uvicorn app.main:app --workers 4", URL, SERVICES % "A: b")
    (found,) = findings(CODE, files)
    assert found.problem.message == (
        "the mode of 'pgbouncer' is left to its default, session, in front of 'api'"
    )
