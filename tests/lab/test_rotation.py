"""A password or token that changes under a pool (POOL702)."""

import time

import pytest

from poollint_lab.bench import Lab
from poollint_lab.configuration import ASYNCPG, PSYCOPG, PSYCOPG2, aimed_at, engine
from poollint_lab.protocol import failed, succeeded

DRIVERS = [
    pytest.param("asyncpg", ASYNCPG, id="asyncpg"),
    pytest.param("psycopg", PSYCOPG, id="psycopg"),
    pytest.param("psycopg2", PSYCOPG2, id="psycopg2"),
]
REFUSED = 'password authentication failed for user "app"'
ASKING = """
from pathlib import Path


def token():
    return Path("token").read_text()


"""
DO_CONNECT = """

@event.listens_for(engine{sync}, "do_connect")
def provide_token(dialect, record, arguments, parameters):
    parameters["password"] = token()
"""


@pytest.fixture
def valid_token(lab: Lab) -> None:
    (lab.running.folder / "token").write_text("secret")


def rotated(lab: Lab) -> None:
    lab.server.run("alter role app password 'rotated'")
    (lab.running.folder / "token").write_text("rotated")


@pytest.mark.usefixtures("valid_token")
@pytest.mark.parametrize(("driver", "url"), DRIVERS)
def test_password_in_the_url(driver: str, url: str, lab: Lab) -> None:
    client = lab.application()
    for name, arguments in (
        ("overflow", "pool_size=1, max_overflow=1, pool_pre_ping=True"),
        ("recycled", "pool_size=1, max_overflow=0, pool_recycle=1"),
        ("not pooled", "poolclass=NullPool"),
    ):
        client.must_make(aimed_at(engine(url, arguments), lab.server.port), name)
        assert succeeded(client.use(engine=name)[0])
    rotated(lab)
    established, opened_later = client.hold(engine="overflow", times=2)
    assert succeeded(established), "an established session outlives its password"
    time.sleep(1.1)
    (recycled,) = client.use(engine="recycled")
    (not_pooled,) = client.use(engine="not pooled")
    exception = "InvalidPasswordError" if driver == "asyncpg" else "OperationalError"
    for refused in (opened_later, recycled, not_pooled):
        assert failed(refused, exception, REFUSED), refused
    lab.proves(
        "POOL702",
        shows="a secret fixed in the URL fails every connection opened after it changed",
        against=[lab.server.version, *client.versions(driver)],
    )


@pytest.mark.usefixtures("valid_token")
@pytest.mark.parametrize(
    ("driver", "source"),
    [
        pytest.param(
            "asyncpg",
            ASKING + engine(ASYNCPG, "pool_size=1, max_overflow=1") + DO_CONNECT,
            id="asyncpg-event",
        ),
        pytest.param(
            "psycopg",
            ASKING + engine(PSYCOPG, "pool_size=1, max_overflow=1") + DO_CONNECT,
            id="psycopg-event",
        ),
        pytest.param(
            "psycopg2",
            ASKING + engine(PSYCOPG2, "pool_size=1, max_overflow=1") + DO_CONNECT,
            id="psycopg2-event",
        ),
        pytest.param(
            "asyncpg",
            ASKING + engine(ASYNCPG, 'pool_size=1, max_overflow=1, connect_args={"password": token}'),
            id="asyncpg-callable",
        ),
    ],
)
def test_secret_asked_for_at_each_connect(driver: str, source: str, lab: Lab) -> None:
    client = lab.application()
    sync = "" if driver == "psycopg2" else ".sync_engine"
    source = source.replace("engine{sync}", f"engine{sync}")
    client.must_make(aimed_at(source, lab.server.port))
    assert succeeded(client.use()[0])
    rotated(lab)
    held = client.hold(times=2)
    assert all(succeeded(one) for one in held), held
    lab.proves(
        "POOL702",
        shows="a secret asked for at each connect survives its rotation",
        against=[lab.server.version, *client.versions(driver)],
    )


@pytest.mark.usefixtures("valid_token")
def test_expiry_is_looked_at_only_at_connect(lab: Lab) -> None:
    client = lab.application()
    client.must_make(aimed_at(engine(ASYNCPG, "pool_size=1, max_overflow=1"), lab.server.port))
    assert succeeded(client.use()[0])
    lab.server.run("alter role app valid until '2001-01-01'")
    established, opened_later = client.hold(times=2)
    assert succeeded(established)
    assert failed(opened_later, "InvalidPasswordError", REFUSED)
    lab.proves(
        "POOL702",
        shows="a token that expires ends no session, only the ways to open one",
        against=[lab.server.version, *client.versions("asyncpg")],
    )
