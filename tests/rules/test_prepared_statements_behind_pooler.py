"""POOL401: prepared statements behind a pooler that changes server connections."""

from collections.abc import Callable, Mapping

import pytest

from poollint.findings import Finding

CODE = "POOL401"
OLD, NEW = "asyncpg==0.30.0", "asyncpg==0.31.0"
OFF = "connect_args={'statement_cache_size': 0, 'prepared_statement_cache_size': 0}"
NAMED = OFF.replace("}", ", 'prepared_statement_name_func': unknown}")
SCS = "connect_args={'statement_cache_size': 0}"
PSCS = "connect_args={'prepared_statement_cache_size': 0}"
CLASSED = OFF.replace("}", ", 'connection_class': unknown}")
PSYCOPG = "postgresql+psycopg://app@pgbouncer/shop"
ASYNCPG = "postgresql+asyncpg://app@pgbouncer/shop"
DIRECT = "postgresql+asyncpg://app@main/shop"
BEFORE = "edoburu/pgbouncer:v1.20.1-p0"
SINCE = "edoburu/pgbouncer:v1.25.1-p0"
UNTAGGED = "edoburu/pgbouncer:latest"


def bouncer(image: str, *settings: str) -> str:
    variables = "".join(f"      {each}\n" for each in settings)
    return (
        f"  pgbouncer:\n    image: {image}\n    environment:\n      DB_HOST: main\n{variables}"
        "  main:\n    image: postgres:16\n"
    )


TRANSACTION = "POOL_MODE: transaction"


@pytest.mark.parametrize(
    ("arguments", "url", "requirement", "services", "expected"),
    [
        pytest.param("", ASYNCPG, NEW, bouncer(BEFORE, TRANSACTION), ("error high",), id="asyncpg"),
        pytest.param("", ASYNCPG, OLD, bouncer(BEFORE, TRANSACTION), ("error high",), id="asyncpg-old"),
        pytest.param(
            "",
            ASYNCPG.replace("pgbouncer", "${POOLER:-pgbouncer}"),
            NEW,
            bouncer(BEFORE, TRANSACTION),
            ("error medium",),
            id="pooler-by-default",
        ),
        pytest.param(OFF, ASYNCPG, NEW, bouncer(BEFORE, TRANSACTION), (), id="caches-off"),
        pytest.param(OFF, ASYNCPG, OLD, bouncer(BEFORE, TRANSACTION), ("error high",), id="caches-off-old"),
        pytest.param(
            OFF, ASYNCPG, "", bouncer(BEFORE, TRANSACTION), ("warning medium",), id="version-unknown"
        ),
        pytest.param(NAMED, ASYNCPG, OLD, bouncer(BEFORE, TRANSACTION), (), id="names"),
        pytest.param(
            NAMED.replace("'prepared_statement_cache_size': 0, ", ""),
            ASYNCPG,
            OLD,
            bouncer(BEFORE, TRANSACTION),
            (),
            id="never-tried",
        ),
        pytest.param(
            OFF.replace("}", ", 'prepared_statement_name_func': None}"),
            ASYNCPG,
            NEW,
            bouncer(BEFORE, TRANSACTION),
            (),
            id="no-names",
        ),
        pytest.param(
            f"isolation_level='AUTOCOMMIT', {OFF}",
            ASYNCPG,
            NEW,
            bouncer(BEFORE, TRANSACTION),
            (),
            id="autocommit",
        ),
        pytest.param(
            "",
            ASYNCPG,
            NEW,
            bouncer(SINCE, TRANSACTION, "MAX_PREPARED_STATEMENTS: $MAX"),
            ("warning medium",),
            id="tracking-not-known",
        ),
        pytest.param("", ASYNCPG, NEW, bouncer(BEFORE, "POOL_MODE: session"), (), id="session"),
        pytest.param("", ASYNCPG, NEW, bouncer(BEFORE), (), id="session-by-default"),
        pytest.param("", ASYNCPG, NEW, bouncer(SINCE, TRANSACTION), (), id="tracked-by-default"),
        pytest.param(
            "",
            ASYNCPG,
            NEW,
            bouncer(SINCE, TRANSACTION, 'MAX_PREPARED_STATEMENTS: "200"'),
            ("warning medium",),
            id="schema-change",
        ),
        pytest.param(
            SCS,
            ASYNCPG,
            NEW,
            bouncer(SINCE, TRANSACTION),
            ("warning medium",),
            id="schema-change-of-one-cache",
        ),
        pytest.param(PSCS, ASYNCPG, NEW, bouncer(SINCE, TRANSACTION), (), id="change-never-tried"),
        pytest.param("", PSYCOPG, "", bouncer(SINCE, TRANSACTION), (), id="psycopg-tracked"),
        pytest.param(NAMED, ASYNCPG, NEW, bouncer(BEFORE, TRANSACTION), ("warning medium",), id="builds-up"),
        pytest.param(
            f"isolation_level='AUTOCOMMIT', {NAMED}",
            ASYNCPG,
            NEW,
            bouncer(BEFORE, TRANSACTION),
            ("warning medium",),
            id="names-in-autocommit",
        ),
        pytest.param(
            CLASSED, ASYNCPG, OLD, bouncer(BEFORE, TRANSACTION), ("warning medium",), id="connection-class"
        ),
        pytest.param(CLASSED, ASYNCPG, NEW, bouncer(BEFORE, TRANSACTION), (), id="connection-class-new"),
        pytest.param(
            "connect_args={'connection_class': unknown}",
            ASYNCPG,
            NEW,
            bouncer(BEFORE, TRANSACTION),
            ("error high",),
            id="connection-class-and-caches",
        ),
        pytest.param(NAMED, ASYNCPG, "", bouncer(BEFORE, TRANSACTION), (), id="names-and-no-version"),
        pytest.param(
            PSCS, ASYNCPG, NEW, bouncer(BEFORE, TRANSACTION), ("error high",), id="the-other-cache-only"
        ),
        pytest.param(SCS, ASYNCPG, NEW, bouncer(BEFORE, "POOL_MODE: session"), (), id="one-cache-in-session"),
        pytest.param(
            SCS, DIRECT, NEW, bouncer(BEFORE, TRANSACTION), ("warning medium",), id="direct-one-cache"
        ),
        pytest.param(PSCS, DIRECT, NEW, bouncer(BEFORE, TRANSACTION), (), id="direct-other-cache"),
        pytest.param(OFF, DIRECT, NEW, bouncer(BEFORE, TRANSACTION), (), id="direct-both"),
        pytest.param(SCS, DIRECT, OLD, bouncer(BEFORE, TRANSACTION), (), id="direct-never-tried"),
        pytest.param(SCS, DIRECT, "", bouncer(BEFORE, TRANSACTION), (), id="direct-version-not-known"),
        pytest.param(
            SCS, ASYNCPG.replace("pgbouncer", "db.example.com"), NEW, "", (), id="one-cache-way-not-known"
        ),
        pytest.param(
            "",
            ASYNCPG.replace("pgbouncer", "ep-red-1-pooler.eu-central-1.aws.neon.tech"),
            NEW,
            "",
            (),
            id="neon",
        ),
        pytest.param(
            "",
            ASYNCPG.replace("pgbouncer", "shop.postgres.database.azure.com:6432"),
            NEW,
            "",
            ("warning medium",),
            id="azure",
        ),
        pytest.param(
            OFF,
            ASYNCPG.replace("pgbouncer", "shop.postgres.database.azure.com:6432"),
            NEW,
            "",
            (),
            id="azure-off",
        ),
        pytest.param(
            "", PSYCOPG.replace("+psycopg", "+pg8000"), "", bouncer(BEFORE, TRANSACTION), (), id="pg8000"
        ),
        pytest.param(OFF, ASYNCPG, NEW, bouncer(SINCE, TRANSACTION), (), id="off-and-tracked"),
        pytest.param(
            "", ASYNCPG, NEW, bouncer(UNTAGGED, TRANSACTION), ("warning medium",), id="pooler-unknown"
        ),
        pytest.param(
            "",
            ASYNCPG,
            NEW,
            bouncer(SINCE, TRANSACTION, 'MAX_PREPARED_STATEMENTS: "0"'),
            ("error high",),
            id="switched-off",
        ),
        pytest.param("", PSYCOPG, "", bouncer(BEFORE, TRANSACTION), ("error high",), id="psycopg"),
        pytest.param(
            "connect_args={'prepare_threshold': None}",
            PSYCOPG,
            "",
            bouncer(BEFORE, TRANSACTION),
            (),
            id="psycopg-never",
        ),
        pytest.param(
            "connect_args={'prepare_threshold': 0}",
            PSYCOPG,
            "",
            bouncer(BEFORE, TRANSACTION),
            ("error high",),
            id="psycopg-at-once",
        ),
        pytest.param(
            "connect_args={'prepare_threshold': unknown}",
            PSYCOPG,
            "",
            bouncer(BEFORE, TRANSACTION),
            ("warning medium",),
            id="psycopg-not-known",
        ),
        pytest.param(
            "connect_args={'prepare_threshold': 5}",
            PSYCOPG,
            "",
            bouncer(BEFORE, TRANSACTION),
            ("error high",),
            id="psycopg-later",
        ),
        pytest.param(
            "", PSYCOPG, "", bouncer(BEFORE, "POOL_MODE: statement"), ("error high",), id="statement"
        ),
        pytest.param(
            "", PSYCOPG.replace("psycopg", "psycopg2"), "", bouncer(BEFORE, TRANSACTION), (), id="psycopg2"
        ),
        pytest.param(
            "", ASYNCPG.replace("pgbouncer", "main"), NEW, bouncer(BEFORE, TRANSACTION), (), id="direct"
        ),
        pytest.param(
            "connect_args={'statement_cache_size': unknown, 'prepared_statement_cache_size': 0}",
            ASYNCPG,
            NEW,
            bouncer(BEFORE, TRANSACTION),
            ("warning medium",),
            id="cache-not-known",
        ),
        pytest.param(
            "connect_args={'statement_cache_size': 0}",
            ASYNCPG,
            NEW,
            bouncer(BEFORE, TRANSACTION),
            ("warning medium",),
            id="one-cache",
        ),
        pytest.param(
            "", ASYNCPG, NEW, bouncer("ghcr.io/pgdogdev/pgdog:0.1.2", TRANSACTION), (), id="other-product"
        ),
    ],
)
def test_deployed(
    *,
    arguments: str,
    url: str,
    requirement: str,
    services: str,
    expected: tuple[str, ...],
    deployed: Callable[[str, str, str, str], dict[str, str]],
    shown: Callable[[str, Mapping[str, str]], tuple[str, ...]],
) -> None:
    files = deployed(f"create_async_engine(URL, {arguments})", "uvicorn app.main:app", url, services)
    assert shown(CODE, files | {"requirements.txt": requirement}) == expected


@pytest.mark.parametrize(
    ("arguments", "url", "requirement", "mode", "said"),
    [
        pytest.param(
            "",
            ASYNCPG,
            NEW,
            "transaction",
            "can return another statement's rows: "
            "set statement_cache_size=0 and prepared_statement_cache_size=0 in connect_args",
            id="new",
        ),
        pytest.param(
            OFF,
            ASYNCPG,
            OLD,
            "transaction",
            "and upgrade asyncpg 0.30.0 to 0.31 or newer, or give unique statement names",
            id="old",
        ),
        pytest.param(OFF, ASYNCPG, "", "transaction", " unless asyncpg is 0.31 or newer: ", id="unknown"),
        pytest.param(
            CLASSED,
            ASYNCPG,
            OLD,
            "transaction",
            " unless its connection_class gives unique names: ",
            id="class",
        ),
        pytest.param(SCS, ASYNCPG, NEW, "transaction", "fail for everyone once a column is added", id="one"),
        pytest.param("", PSYCOPG, "", "transaction", "(0 prepares at once)", id="psycopg"),
        pytest.param(
            "", PSYCOPG, "", "statement", "psycopg cannot connect in statement mode", id="psycopg-statement"
        ),
        pytest.param("", ASYNCPG, NEW, "statement", "with isolation_level='AUTOCOMMIT'", id="statement"),
    ],
)
def test_message(
    *,
    arguments: str,
    url: str,
    requirement: str,
    mode: str,
    said: str,
    deployed: Callable[[str, str, str, str], dict[str, str]],
    findings: Callable[[str, Mapping[str, str]], tuple[Finding, ...]],
) -> None:
    services = bouncer(BEFORE, f"POOL_MODE: {mode}")
    files = deployed(f"create_async_engine(URL, {arguments})", "uvicorn app.main:app", url, services)
    (found,) = findings(CODE, files | {"requirements.txt": requirement})
    assert said in found.problem.message
    assert found.problem.message.startswith(
        "'app.db:engine' in 'api' reaches its database through 'pgbouncer'"
    )


def test_mode_of_the_route(
    deployed: Callable[[str, str, str, str], dict[str, str]],
    shown: Callable[[str, Mapping[str, str]], tuple[str, ...]],
) -> None:
    for mode, count in (("transaction", 1), ("session", 0)):
        services = "  pgbouncer:\n    image: pgbouncer/pgbouncer:1.20.1\n"
        services += "    volumes: ['./pgbouncer.ini:/etc/pgbouncer/pgbouncer.ini']\n"
        files = deployed("create_async_engine(URL)", "uvicorn app.main:app", ASYNCPG, services)
        files["pgbouncer.ini"] = (
            f"[databases]\nshop = host=main pool_mode={mode}\n[pgbouncer]\nlisten_port = 5432\n"
        )
        assert len(shown(CODE, files | {"requirements.txt": NEW})) == count, mode


@pytest.mark.parametrize(
    ("arguments", "url", "requirement", "mode", "set_to"),
    [
        pytest.param(
            "",
            ASYNCPG,
            NEW,
            "transaction",
            '{"statement_cache_size": 0, "prepared_statement_cache_size": 0}',
            id="new",
        ),
        pytest.param("", PSYCOPG, "", "transaction", '{"prepare_threshold": None}', id="psycopg"),
        pytest.param(
            "",
            ASYNCPG,
            "asyncpg==0.31",
            "transaction",
            '{"statement_cache_size": 0, "prepared_statement_cache_size": 0}',
            id="exactly",
        ),
        pytest.param("", ASYNCPG, OLD, "transaction", None, id="not-enough"),
        pytest.param("", ASYNCPG, NEW, "statement", None, id="statement"),
        pytest.param("connect_args={'timeout': 5}", ASYNCPG, NEW, "transaction", None, id="has-connect-args"),
        pytest.param("connect_args=unknown", ASYNCPG, NEW, "transaction", None, id="connect-args-not-known"),
        pytest.param("**unknown", ASYNCPG, NEW, "transaction", None, id="splat"),
    ],
)
def test_fix(
    *,
    arguments: str,
    url: str,
    requirement: str,
    mode: str,
    set_to: str | None,
    deployed: Callable[[str, str, str, str], dict[str, str]],
    findings: Callable[[str, Mapping[str, str]], tuple[Finding, ...]],
) -> None:
    services = bouncer(BEFORE, f"POOL_MODE: {mode}")
    files = deployed(f"create_async_engine(URL, {arguments})", "uvicorn app.main:app", url, services)
    for found in findings(CODE, files | {"requirements.txt": requirement}):
        edit = found.problem.edit
        assert (None if edit is None else edit.set_arguments) == (set_to and (("connect_args", set_to),))


def test_known_version_is_no_doubt(
    deployed: Callable[[str, str, str, str], dict[str, str]],
    findings: Callable[[str, Mapping[str, str]], tuple[Finding, ...]],
) -> None:
    caches = "connect_args={'statement_cache_size': unknown, 'prepared_statement_cache_size': 0}"
    files = deployed(
        f"create_async_engine(URL, {caches})", "uvicorn app.main:app", ASYNCPG, bouncer(BEFORE, TRANSACTION)
    )
    (found,) = findings(CODE, files | {"requirements.txt": NEW})
    assert " unless " not in found.problem.message


def test_message_of_one_cache_on_a_direct_connection(
    deployed: Callable[[str, str, str, str], dict[str, str]],
    findings: Callable[[str, Mapping[str, str]], tuple[Finding, ...]],
) -> None:
    files = deployed(f"create_async_engine(URL, {SCS})", "uvicorn app.main:app", DIRECT, "")
    (found,) = findings(CODE, files | {"requirements.txt": NEW})
    assert found.problem.message == (
        "'app.db:engine' in 'api' switches off only one of two statement caches, and fails for good "
        "at a statement whose table gets another column: "
        "set statement_cache_size=0 and prepared_statement_cache_size=0 in connect_args"
    )


def test_message_of_a_name_function_that_is_not_needed(
    deployed: Callable[[str, str, str, str], dict[str, str]],
    findings: Callable[[str, Mapping[str, str]], tuple[Finding, ...]],
) -> None:
    files = deployed(
        f"create_async_engine(URL, {NAMED})", "uvicorn app.main:app", ASYNCPG, bouncer(BEFORE, TRANSACTION)
    )
    (found,) = findings(CODE, files | {"requirements.txt": NEW})
    assert "does not need it" in found.problem.message
    assert found.problem.message.endswith("in connect_args, and no name function")
