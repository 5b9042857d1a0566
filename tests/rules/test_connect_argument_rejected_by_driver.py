"""POOL208: a key of connect_args that the driver refuses."""

from collections.abc import Callable, Mapping

import pytest

from poollint.findings import Finding

CODE = "POOL208"


@pytest.mark.parametrize(
    ("driver", "arguments", "count"),
    [
        pytest.param("asyncpg", "{'sslmode': 'require'}", 1, id="sslmode-asyncpg"),
        pytest.param("asyncpg", "{'ssl': 'require', 'timeout': 5}", 0, id="asyncpg"),
        pytest.param("asyncpg", "{'server_settings': {'jit': 'off'}}", 0, id="texts"),
        pytest.param("asyncpg", "{'server_settings': {'jit': False}}", 1, id="no-text"),
        pytest.param("asyncpg", "{'server_settings': {'jit': unknown}}", 0, id="value-not-known"),
        pytest.param("asyncpg", "{'server_settings': unknown}", 0, id="settings-not-known"),
        pytest.param("asyncpg", "{'statement_cache_size': '0'}", 1, id="text-for-number"),
        pytest.param("asyncpg", "{'statement_cache_size': 0}", 0, id="number"),
        pytest.param("psycopg", "{'server_settings': {'jit': 'off'}}", 1, id="settings-psycopg"),
        pytest.param("psycopg2", "{'sslmode': 'require', 'connect_timeout': 5}", 0, id="psycopg2"),
        pytest.param("fdb", "{'sslmode': 'require'}", 0, id="driver-not-known"),
        pytest.param("asyncpg", "{}", 0, id="none"),
    ],
)
def test_call(call: Callable[[str, str], tuple[str, ...]], driver: str, arguments: str, count: int) -> None:
    text = f"create_engine('postgresql+{driver}://app@db/x', connect_args={arguments})"
    assert call(CODE, text) == ("error high",) * count


@pytest.mark.parametrize(
    ("requirement", "drivers"),
    [
        pytest.param("sqlalchemy==2.0.44", ["psycopg2"], id="before"),
        pytest.param("sqlalchemy==2.1.0", ["psycopg"], id="since"),
        pytest.param("sqlalchemy==2.1", ["psycopg"], id="exactly"),
        pytest.param("", [], id="version-decides"),
    ],
)
def test_bare_scheme(
    requirement: str, drivers: list[str], findings: Callable[[str, Mapping[str, str]], tuple[Finding, ...]]
) -> None:
    text = (
        "from sqlalchemy import create_engine\n"
        "engine = create_engine('postgresql://app@db/x', connect_args={'server_settings': {}})\n"
    )
    found = findings(CODE, {"db.py": text, "requirements.txt": requirement})
    assert [f"which {name} refuses" in each.problem.message for each in found for name in drivers] == [
        True for _ in drivers
    ]
    assert len(found) == len(drivers)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param(
            "{'server_settings': {'jit': False}}", "server_settings['jit'] must be a text", id="text"
        ),
        pytest.param("{'statement_cache_size': '0'}", "statement_cache_size must be a number", id="number"),
    ],
)
def test_message(arguments: str, said: str, message: Callable[[str, str], str]) -> None:
    text = f"create_engine('postgresql+asyncpg://app@db/x', connect_args={arguments})"
    name = arguments.split("'")[1]
    assert message(CODE, text) == (
        f"'db:engine' has {name} in connect_args, which asyncpg refuses at the first connect: {said}"
    )


@pytest.mark.parametrize(
    ("given", "count"),
    [
        pytest.param("arguments['check_same_thread'] = False", 1, id="always"),
        pytest.param("if unknown:\n    arguments['check_same_thread'] = False", 0, id="on-a-condition"),
        pytest.param(
            "if unknown:\n    arguments.update(keepalives=1)\n"
            "elif other:\n    arguments['check_same_thread'] = False",
            0,
            id="in-another-branch",
        ),
        pytest.param("arguments['check_same_thread'] = unknown", 1, id="value-not-known"),
    ],
)
def test_arguments_by_driver(
    given: str, count: int, shown: Callable[[str, Mapping[str, str]], tuple[str, ...]]
) -> None:
    text = (
        "from sqlalchemy import create_engine\nfrom elsewhere import other, unknown\narguments = {}\n"
        f"{given}\nengine = create_engine('postgresql+psycopg://app@db/x', connect_args=arguments)\n"
    )
    assert len(shown(CODE, {"db.py": text})) == count
