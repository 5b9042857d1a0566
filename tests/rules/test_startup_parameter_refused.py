"""POOL402: parameters that PgBouncer refuses."""

from collections.abc import Callable, Mapping

import pytest

from poollint.findings import Finding

CODE = "POOL402"
ASYNCPG = "postgresql+asyncpg://app@pgbouncer/shop"
PSYCOPG = "postgresql+psycopg://app@pgbouncer/shop"
SERVICES = """\
  pgbouncer:
    image: edoburu/pgbouncer:v1.25.1-p0
    environment:
      DB_HOST: main
      POOL_MODE: transaction
%s
  main:
    image: postgres:16
"""
IGNORED = '      IGNORE_STARTUP_PARAMETERS: "%s"'


@pytest.mark.parametrize(
    ("arguments", "url", "setting", "count"),
    [
        pytest.param("{'server_settings': {'jit': 'off'}}", ASYNCPG, "", 1, id="jit"),
        pytest.param("{'server_settings': {'jit': 'off', 'work_mem': '1'}}", ASYNCPG, "", 2, id="two"),
        pytest.param("{'server_settings': {'application_name': 'a'}}", ASYNCPG, "", 0, id="tracked"),
        pytest.param("{'server_settings': {'jit': 'off'}}", ASYNCPG, IGNORED % "jit", 0, id="ignored"),
        pytest.param(
            "{'server_settings': {'jit': 'off'}}", ASYNCPG, IGNORED % "work_mem", 1, id="another-ignored"
        ),
        pytest.param("{'server_settings': unknown}", ASYNCPG, "", 0, id="not-known"),
        pytest.param("{'options': '-c statement_timeout=5'}", PSYCOPG, "", 1, id="options"),
        pytest.param("{'options': '--statement_timeout=5'}", PSYCOPG, "", 1, id="long-option"),
        pytest.param("{'options': '-c application_name=a'}", PSYCOPG, "", 0, id="tracked-option"),
        pytest.param("{'options': unknown}", PSYCOPG, "", 0, id="options-not-known"),
        pytest.param("{'options': ''}", PSYCOPG, "", 0, id="no-options"),
        pytest.param(
            "{'server_settings': {'jit': 'off'}}", ASYNCPG.replace("pgbouncer", "main"), "", 0, id="direct"
        ),
        pytest.param("{}", ASYNCPG, "", 0, id="nothing"),
    ],
)
def test_deployed(
    *,
    arguments: str,
    url: str,
    setting: str,
    count: int,
    deployed: Callable[[str, str, str, str], dict[str, str]],
    shown: Callable[[str, Mapping[str, str]], tuple[str, ...]],
) -> None:
    text = f"create_async_engine(URL, connect_args={arguments})"
    files = deployed(text, "uvicorn app.main:app", url, SERVICES % setting)
    assert shown(CODE, files) == ("error high",) * count


def test_a_pooler_that_a_default_leads_to(
    deployed: Callable[[str, str, str, str], dict[str, str]],
    shown: Callable[[str, Mapping[str, str]], tuple[str, ...]],
) -> None:
    text = "create_async_engine(URL, connect_args={'server_settings': {'jit': 'off'}})"
    url = ASYNCPG.replace("pgbouncer", "${POOLER:-pgbouncer}")
    assert shown(CODE, deployed(text, "uvicorn app.main:app", url, SERVICES % "")) == ("error medium",)


def test_other_pooler(
    deployed: Callable[[str, str, str, str], dict[str, str]],
    shown: Callable[[str, Mapping[str, str]], tuple[str, ...]],
) -> None:
    services = "  pgbouncer:\n    image: ghcr.io/pgdogdev/pgdog:0.1.2\n"
    text = "create_async_engine(URL, connect_args={'server_settings': {'jit': 'off'}})"
    assert shown(CODE, deployed(text, "uvicorn app.main:app", ASYNCPG, services)) == ()


def test_no_manifest(call: Callable[[str, str], tuple[str, ...]]) -> None:
    assert (
        call(CODE, f"create_async_engine('{ASYNCPG}', connect_args={{'server_settings': {{'jit': 'off'}}}})")
        == ()
    )


def test_message(
    deployed: Callable[[str, str, str, str], dict[str, str]],
    findings: Callable[[str, Mapping[str, str]], tuple[Finding, ...]],
) -> None:
    text = "create_async_engine(URL, connect_args={'server_settings': {'jit': 'off'}})"
    (found,) = findings(CODE, deployed(text, "uvicorn app.main:app", ASYNCPG, SERVICES % ""))
    assert found.problem.message == (
        "'app.db:engine' asks for jit when it connects, which PgBouncer 'pgbouncer' refuses"
    )


@pytest.mark.parametrize(
    ("line", "count"),
    [
        pytest.param("track_extra_parameters = work_mem", 0, id="tracked"),
        pytest.param("track_extra_parameters = search_path", 1, id="another"),
        pytest.param("ignore_startup_parameters = extra_float_digits, work_mem", 0, id="ignored"),
    ],
)
def test_ini_file(
    line: str,
    count: int,
    deployed: Callable[[str, str, str, str], dict[str, str]],
    shown: Callable[[str, Mapping[str, str]], tuple[str, ...]],
) -> None:
    services = "  pgbouncer:\n    image: pgbouncer/pgbouncer:1.25.1\n"
    services += "    volumes: ['./pgbouncer.ini:/etc/pgbouncer/pgbouncer.ini']\n"
    text = "create_async_engine(URL, connect_args={'server_settings': {'work_mem': '1'}})"
    files = deployed(text, "uvicorn app.main:app", ASYNCPG, services)
    files["pgbouncer.ini"] = f"[databases]\n* = host=main\n[pgbouncer]\nlisten_port = 5432\n{line}\n"
    assert len(shown(CODE, files)) == count
