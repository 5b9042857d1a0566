"""Too many clients for a PgBouncer, and one that does not start (POOL405, 406, 602, 603)."""

from typing import NamedTuple

import pytest

from poollint_lab.bench import Bouncers, Lab
from poollint_lab.configuration import (
    ASYNCPG,
    ASYNCPG_UNPREPARED,
    PSYCOPG,
    PSYCOPG_UNPREPARED,
    aimed_at,
    engine,
)
from poollint_lab.protocol import failed, succeeded


class Careful(NamedTuple):
    """A driver as a transaction pooler needs it, and what it calls a disconnection."""

    driver: str
    url: str
    arguments: str
    starved: str
    refused: str


CAREFUL = [
    Careful(
        "asyncpg",
        ASYNCPG,
        ASYNCPG_UNPREPARED,
        "asyncpg.exceptions.ConnectionDoesNotExistError",
        "asyncpg.exceptions.ProtocolViolationError",
    ),
    Careful(
        "psycopg",
        PSYCOPG,
        PSYCOPG_UNPREPARED,
        "psycopg.errors.ProtocolViolation",
        "psycopg.OperationalError",
    ),
]
careful_drivers = pytest.mark.parametrize("careful", CAREFUL, ids=["asyncpg", "psycopg"])


@careful_drivers
@pytest.mark.parametrize("mode", ["session", "transaction"])
def test_more_clients_than_server_connections(
    careful: Careful, mode: str, lab: Lab, bouncers: Bouncers
) -> None:
    """Five idle clients on three server connections: only session mode starves the last two."""
    bouncer = bouncers.start(pool_mode=mode, default_pool_size=3, query_wait_timeout=1)
    client = lab.application()
    for name in map(str, range(5)):
        source = engine(careful.url, f"pool_size=1, max_overflow=0, {careful.arguments}")
        client.must_make(aimed_at(source, bouncer.port), name)
    used = [client.use(engine=str(name), deadline=5.0)[0] for name in range(5)]
    served = [succeeded(one) for one in used]
    if mode == "transaction":
        assert served == [True] * 5, used
    else:
        assert served == [True] * 3 + [False] * 2, used
        for starved in used[3:]:
            assert failed(starved, careful.starved, "query_wait_timeout"), starved
            assert starved["seconds"] > 1
    lab.proves(
        "POOL405",
        "POOL603",
        shows="in session mode every client past default_pool_size waits for query_wait_timeout",
        against=[bouncer.version, lab.server.version, *client.versions(careful.driver)],
    )


@careful_drivers
def test_max_client_conn(careful: Careful, lab: Lab, bouncers: Bouncers) -> None:
    bouncer = bouncers.start(pool_mode="transaction", default_pool_size=20, max_client_conn=6)
    client = lab.application()
    for name, size in (("too large", 7), ("fitting", 6)):
        source = engine(careful.url, f"pool_size={size}, max_overflow=0, {careful.arguments}")
        client.must_make(aimed_at(source, bouncer.port), name)
    held = client.hold(engine="too large", times=7)
    assert [succeeded(one) for one in held] == [True] * 6 + [False], held
    message = "no more connections allowed (max_client_conn)"
    assert failed(held[-1], careful.refused, message), held[-1]
    client.release()
    client.ask(op="dispose", engine="too large")
    held = client.hold(engine="fitting", times=6)
    assert all(succeeded(one) for one in held), held
    lab.proves(
        "POOL406",
        shows="PgBouncer refuses the first client past max_client_conn",
        against=[bouncer.version, lab.server.version, *client.versions(careful.driver)],
    )


def test_default_max_client_conn(lab: Lab, bouncers: Bouncers) -> None:
    bouncer = bouncers.start(pool_mode="transaction", default_pool_size=5)
    client = lab.application()
    client.must_make(aimed_at(engine(PSYCOPG, f"pool_size=0, {PSYCOPG_UNPREPARED}"), bouncer.port))
    held = client.ask(op="connect", times=101)["outcomes"]
    assert sum(map(succeeded, held)) == 100
    assert failed(held[-1], "OperationalError", "no more connections allowed (max_client_conn)")
    lab.proves(
        "POOL406",
        shows="max_client_conn is 100 where nobody sets it",
        against=[bouncer.version, lab.server.version, *client.versions("psycopg")],
    )


@pytest.mark.parametrize(
    "setting",
    [
        pytest.param({"pool_size": 20}, id="pool-size"),
        pytest.param({"max_client_connections": 500}, id="max-client-connections"),
        pytest.param({"default_poolsize": 20}, id="misspelt"),
        pytest.param({"max_connections": 500}, id="max-connections"),
    ],
)
def test_unknown_setting(setting: dict[str, str | int], lab: Lab, bouncers: Bouncers) -> None:
    with pytest.raises(RuntimeError) as refused:
        bouncers.start(pool_mode="transaction", **setting)
    (name,) = setting
    assert f"unknown parameter: pgbouncer/{name}" in str(refused.value)
    assert "cannot load config file" in str(refused.value)
    bouncer = bouncers.start(pool_mode="transaction", default_pool_size=20, max_client_conn=500)
    lab.proves(
        "POOL602",
        shows="PgBouncer does not start with a key that it does not know",
        against=[bouncer.version],
    )
