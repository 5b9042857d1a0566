"""Startup parameters through PgBouncer (POOL402, POOL403), and settings made later (POOL404)."""

import pytest

from poollint_lab.bench import Bouncers, Lab
from poollint_lab.configuration import ASYNCPG, PSYCOPG, PSYCOPG2, aimed_at, engine
from poollint_lab.protocol import failed, succeeded

UNPREPARED = '"statement_cache_size": 0, "prepared_statement_cache_size": 0'
SETTINGS = {
    "jit": "off",
    "statement_timeout": "5s",
    "idle_in_transaction_session_timeout": "5s",
    "lock_timeout": "5s",
    "search_path": "orders",
    "work_mem": "8MB",
    "extra_float_digits": "0",
    "default_transaction_read_only": "on",
}
TRACKED = {
    "application_name": "orders",
    "timezone": "Europe/Berlin",
    "DateStyle": "German, DMY",
    "client_encoding": "LATIN1",
    "standard_conforming_strings": "off",
}


def asyncpg_with(name: str, value: str) -> str:
    settings = f'"server_settings": {{"{name}": "{value}"}}'
    return engine(ASYNCPG, f"connect_args={{{UNPREPARED}, {settings}}}")


@pytest.mark.parametrize("mode", ["session", "transaction", "statement"])
@pytest.mark.parametrize("name", SETTINGS)
def test_server_setting_refused(name: str, mode: str, lab: Lab, bouncers: Bouncers) -> None:
    bouncer = bouncers.start(pool_mode=mode)
    client = lab.application()
    client.must_make(aimed_at(asyncpg_with(name, SETTINGS[name]), bouncer.port))
    (used,) = client.use()
    assert failed(
        used,
        "asyncpg.exceptions.ProtocolViolationError",
        f"unsupported startup parameter: {name}",
    ), used
    client.must_make(aimed_at(asyncpg_with(name, SETTINGS[name]), lab.server.port))
    (direct,) = client.use(sql=f"show {name}")
    assert direct["answer"] == SETTINGS[name]
    lab.proves(
        "POOL402",
        shows="server_settings that PgBouncer does not track are refused in every pool mode",
        against=[bouncer.version, lab.server.version, *client.versions("asyncpg")],
    )


@pytest.mark.parametrize("name", TRACKED)
def test_server_setting_tracked(name: str, lab: Lab, bouncers: Bouncers) -> None:
    bouncer = bouncers.start(pool_mode="transaction")
    client = lab.application()
    client.must_make(aimed_at(asyncpg_with(name, TRACKED[name]), bouncer.port))
    (used,) = client.use(sql=f"show {name}")
    assert used["answer"] == TRACKED[name], used
    lab.proves(
        "POOL402",
        shows="the parameters that PgBouncer tracks are accepted and applied",
        against=[bouncer.version, lab.server.version, *client.versions("asyncpg")],
    )


def test_interval_style(lab: Lab, bouncers: Bouncers) -> None:
    """Tracked by default in newer versions only."""
    bouncer = bouncers.start(pool_mode="transaction")
    client = lab.application()
    client.must_make(aimed_at(asyncpg_with("IntervalStyle", "iso_8601"), bouncer.port))
    (used,) = client.use(sql="show IntervalStyle")
    if bouncers.version < (1, 20):
        assert failed(used, "ProtocolViolationError", "unsupported startup parameter: IntervalStyle")
    else:
        assert used["answer"] == "iso_8601", used


@pytest.mark.parametrize("name", ["jit", "statement_timeout", "search_path"])
def test_ignored_server_setting_has_no_effect(name: str, lab: Lab, bouncers: Bouncers) -> None:
    bouncer = bouncers.start(pool_mode="transaction", ignore_startup_parameters=name)
    client = lab.application()
    client.must_make(aimed_at(asyncpg_with(name, SETTINGS[name]), bouncer.port))
    (used,) = client.use(sql=f"show {name}")
    assert succeeded(used), used
    assert used["answer"] != SETTINGS[name]
    lab.proves(
        "POOL402",
        "POOL403",
        shows="a parameter in ignore_startup_parameters is accepted and has no effect",
        against=[bouncer.version, lab.server.version, *client.versions("asyncpg")],
    )


OPTIONS = [
    pytest.param(
        "psycopg",
        engine(PSYCOPG + "?options=-c%20statement_timeout%3D5s"),
        id="psycopg-url",
    ),
    pytest.param(
        "psycopg",
        engine(
            PSYCOPG,
            'connect_args={"options": "-c statement_timeout=5s", "prepare_threshold": None}',
        ),
        id="psycopg",
    ),
    pytest.param(
        "psycopg2",
        engine(PSYCOPG2, 'connect_args={"options": "-c statement_timeout=5s"}'),
        id="psycopg2",
    ),
]


@pytest.mark.parametrize(("driver", "source"), OPTIONS)
def test_options_refused(driver: str, source: str, lab: Lab, bouncers: Bouncers) -> None:
    bouncer = bouncers.start(pool_mode="transaction")
    client = lab.application()
    client.must_make(aimed_at(source, bouncer.port))
    (used,) = client.use()
    assert failed(used, "OperationalError", "FATAL: unsupported startup parameter"), used
    lab.proves(
        "POOL402",
        shows="options=-c with a parameter that PgBouncer does not track is refused",
        against=[bouncer.version, lab.server.version, *client.versions(driver)],
    )


@pytest.mark.parametrize(("driver", "source"), OPTIONS)
def test_options_dropped(driver: str, source: str, lab: Lab, bouncers: Bouncers) -> None:
    bouncer = bouncers.start(pool_mode="transaction", ignore_startup_parameters="options")
    client = lab.application()
    client.must_make(aimed_at(source, bouncer.port), "pooler")
    client.must_make(aimed_at(source, lab.server.port), "direct")
    (through,) = client.use(engine="pooler", sql="show statement_timeout")
    (direct,) = client.use(engine="direct", sql="show statement_timeout")
    assert through["answer"] == "0", through
    assert direct["answer"] == "5s", direct
    lab.proves(
        "POOL403",
        shows="options=-c has no effect through a PgBouncer that ignores options",
        against=[bouncer.version, lab.server.version, *client.versions(driver)],
    )


def test_ignoring_options_does_not_cover_server_settings(lab: Lab, bouncers: Bouncers) -> None:
    bouncer = bouncers.start(pool_mode="transaction", ignore_startup_parameters="extra_float_digits,options")
    client = lab.application()
    client.must_make(aimed_at(asyncpg_with("jit", "off"), bouncer.port))
    (used,) = client.use()
    assert failed(used, "ProtocolViolationError", "unsupported startup parameter: jit"), used


def test_role_setting_works_in_every_mode(lab: Lab, bouncers: Bouncers) -> None:
    """What the pages of POOL402 and POOL403 recommend instead."""
    lab.server.run("alter role app set statement_timeout = '5s'")
    client = lab.application()
    for mode in ("session", "transaction"):
        bouncer = bouncers.start(pool_mode=mode)
        client.must_make(aimed_at(engine(ASYNCPG, f"connect_args={{{UNPREPARED}}}"), bouncer.port))
        (used,) = client.use(sql="show statement_timeout")
        assert used["answer"] == "5s", used
    lab.proves(
        "POOL402",
        "POOL403",
        shows="a setting of the role reaches the server through every pool mode",
        against=[bouncer.version, lab.server.version, *client.versions("asyncpg")],
    )


SET_AT_CONNECT = """

@event.listens_for(engine, "connect")
def set_timeout(connection, record):
    cursor = connection.cursor()
    cursor.execute("set statement_timeout = '5s'")
    cursor.close()
    connection.commit()
"""


@pytest.mark.parametrize(
    ("mode", "leaked"),
    [pytest.param("transaction", "5s", id="transaction"), pytest.param("session", "0", id="session")],
)
def test_set_in_a_connect_event(mode: str, leaked: str, lab: Lab, bouncers: Bouncers) -> None:
    bouncer = bouncers.start(pool_mode=mode, default_pool_size=2 if mode == "session" else 1)
    client = lab.application()
    client.must_make(aimed_at(engine(PSYCOPG2) + SET_AT_CONNECT, bouncer.port), "setter")
    client.must_make(aimed_at(engine(PSYCOPG2), bouncer.port), "stranger")
    assert succeeded(client.use(engine="setter")[0])
    (stranger,) = client.use(engine="stranger", sql="show statement_timeout")
    assert stranger["answer"] == leaked, stranger
    lab.proves(
        "POOL404",
        shows="SET in a connect event reaches other clients of a transaction pooler",
        against=[bouncer.version, lab.server.version, *client.versions("psycopg2")],
    )
