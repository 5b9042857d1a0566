"""POOL403: parameters that PgBouncer throws away."""

from collections.abc import Callable, Mapping

import pytest

from poollint.findings import Finding

CODE = "POOL403"
ASYNCPG = "postgresql+asyncpg://app@pgbouncer/shop"
PSYCOPG = "postgresql+psycopg://app@pgbouncer/shop"
SERVICES = """\
  pgbouncer:
    image: edoburu/pgbouncer:v1.25.1-p0
    environment:
      DB_HOST: main
      POOL_MODE: transaction
      IGNORE_STARTUP_PARAMETERS: "%s"
  main:
    image: postgres:16
"""


@pytest.mark.parametrize(
    ("arguments", "url", "ignored", "count"),
    [
        pytest.param("{'options': '-c statement_timeout=5'}", PSYCOPG, "options", 1, id="options"),
        pytest.param("{'options': '-c statement_timeout=5'}", PSYCOPG, "extra_float_digits", 0, id="refused"),
        pytest.param("{'server_settings': {'jit': 'off'}}", ASYNCPG, "jit", 1, id="setting"),
        pytest.param(
            "{'server_settings': {'jit': 'off'}}", ASYNCPG, "extra_float_digits,jit", 1, id="in-a-list"
        ),
        pytest.param("{'server_settings': {'application_name': 'a'}}", ASYNCPG, "jit", 0, id="tracked"),
        pytest.param("{}", ASYNCPG, "options", 0, id="nothing"),
        pytest.param(
            "{'options': '-c a=5'}", PSYCOPG.replace("pgbouncer", "main"), "options", 0, id="direct"
        ),
    ],
)
def test_deployed(
    *,
    arguments: str,
    url: str,
    ignored: str,
    count: int,
    deployed: Callable[[str, str, str, str], dict[str, str]],
    shown: Callable[[str, Mapping[str, str]], tuple[str, ...]],
) -> None:
    text = f"create_async_engine(URL, connect_args={arguments})"
    files = deployed(text, "uvicorn app.main:app", url, SERVICES % ignored)
    assert shown(CODE, files) == ("warning high",) * count


def test_a_pooler_that_a_default_leads_to(
    deployed: Callable[[str, str, str, str], dict[str, str]],
    shown: Callable[[str, Mapping[str, str]], tuple[str, ...]],
) -> None:
    text = "create_async_engine(URL, connect_args={'server_settings': {'jit': 'off'}})"
    url = ASYNCPG.replace("pgbouncer", "${POOLER:-pgbouncer}")
    assert shown(CODE, deployed(text, "uvicorn app.main:app", url, SERVICES % "jit")) == ("warning medium",)


def test_message(
    deployed: Callable[[str, str, str, str], dict[str, str]],
    findings: Callable[[str, Mapping[str, str]], tuple[Finding, ...]],
) -> None:
    text = "create_engine(URL, connect_args={'options': '-c statement_timeout=5'})"
    (found,) = findings(CODE, deployed(text, "uvicorn app.main:app", PSYCOPG, SERVICES % "options"))
    assert found.problem.message == (
        "'app.db:engine' asks for statement_timeout when it connects, "
        "which PgBouncer 'pgbouncer' drops without a word"
    )
    assert [note.message for note in found.problem.notes] == ["ignored here"]
