"""A database refuses at exactly the number that the arithmetic predicts (POOL501, POOL502)."""

from pathlib import Path
from typing import NamedTuple

import pytest

from poollint_lab.bench import Clusters, Lab
from poollint_lab.client import Client
from poollint_lab.configuration import ASYNCPG, PSYCOPG, PSYCOPG2, aimed_at, engine
from poollint_lab.protocol import Outcome, failed, succeeded


class Refused(NamedTuple):
    driver: str
    url: str
    exception: str


REFUSED = [
    Refused("asyncpg", ASYNCPG, "asyncpg.exceptions.TooManyConnectionsError"),
    Refused("psycopg", PSYCOPG, "psycopg.OperationalError"),
    Refused("psycopg2", PSYCOPG2, "psycopg2.OperationalError"),
]
RESERVED = {
    "PostgreSQL 15": "remaining connection slots are reserved for non-replication superuser",
}
RESERVED_SINCE_16 = "remaining connection slots are reserved for roles with the SUPERUSER attribute"


def fill(client: Client, source: str, workers: int, each: int) -> list[Outcome]:
    """Every worker process's pool, opened to its peak in turns."""
    for worker in range(workers):
        client.must_make(source, f"worker {worker}")
    return [client.hold(engine=f"worker {worker}")[0] for _ in range(each) for worker in range(workers)]


@pytest.mark.parametrize("refused", REFUSED, ids=["asyncpg", "psycopg", "psycopg2"])
def test_database_overcommitted(refused: Refused, python: Path, lab: Lab, clusters: Clusters) -> None:
    """3 workers x (4 + 2) = 18 of 20 - 3 = 17; 3 x (4 + 1) = 15 fits."""
    server = clusters.start(max_connections=20)
    client = lab.application(python=python)
    source = aimed_at(engine(refused.url, "pool_size=4, max_overflow=2"), server.port)
    opened = fill(client, source, workers=3, each=6)
    assert [succeeded(one) for one in opened] == [True] * 17 + [False]
    message = RESERVED.get(server.version, RESERVED_SINCE_16)
    assert failed(opened[-1], refused.exception, message), opened[-1]
    client.ask(op="reset")
    source = aimed_at(engine(refused.url, "pool_size=4, max_overflow=1"), server.port)
    opened = fill(client, source, workers=3, each=5)
    assert all(succeeded(one) for one in opened), opened
    lab.proves(
        "POOL501",
        shows="refused is the first connection past max_connections - reserved",
        against=[server.version, *client.versions(refused.driver)],
    )


@pytest.mark.parametrize(
    ("reserved", "usable", "message"),
    [
        pytest.param(3, 17, "remaining connection slots are reserved", id="default"),
        pytest.param(0, 20, "sorry, too many clients already", id="none"),
        pytest.param(10, 10, "remaining connection slots are reserved", id="half"),
    ],
)
def test_reserved_connections(reserved: int, usable: int, message: str, lab: Lab, clusters: Clusters) -> None:
    server = clusters.start(max_connections=20, superuser_reserved_connections=reserved)
    client = lab.application()
    client.must_make(aimed_at(engine(ASYNCPG, "pool_size=25"), server.port))
    opened = client.hold(times=usable + 1)
    assert [succeeded(one) for one in opened] == [True] * usable + [False]
    assert failed(opened[-1], "TooManyConnectionsError", message), opened[-1]
    lab.proves(
        "POOL501",
        shows="usable is max_connections - superuser_reserved_connections",
        against=[server.version, *client.versions("asyncpg")],
    )


@pytest.mark.parametrize(
    ("limit", "message"),
    [
        pytest.param("role", 'too many connections for role "app"', id="role"),
        pytest.param("database", 'too many connections for database "appdb"', id="database"),
    ],
)
def test_connection_limit(limit: str, message: str, lab: Lab, clusters: Clusters) -> None:
    server = clusters.start()
    if limit == "role":
        server.run("alter role app connection limit 6")
    else:
        server.run("alter database appdb connection limit 6")
    client = lab.application()
    client.must_make(aimed_at(engine(ASYNCPG, "pool_size=7"), server.port))
    opened = client.hold(times=7)
    assert [succeeded(one) for one in opened] == [True] * 6 + [False]
    assert failed(opened[-1], "TooManyConnectionsError", message), opened[-1]


def test_rollout_overcommits(lab: Lab, clusters: Clusters) -> None:
    """3 pods x 5 = 15 of 17 until a rollout adds ceil(25 % of 3) = 1 pod: 20. Without surge it fits."""
    server = clusters.start(max_connections=20)
    client = lab.application()
    source = aimed_at(engine(ASYNCPG, "pool_size=5, max_overflow=0"), server.port)
    steady = fill(client, source, workers=3, each=5)
    assert all(succeeded(one) for one in steady), steady
    surge = lab.application("same-loop")
    new_pod = fill(surge, source, workers=1, each=5)
    assert [succeeded(one) for one in new_pod] == [True] * 2 + [False] * 3
    assert failed(new_pod[-1], "TooManyConnectionsError", "remaining connection slots")
    surge.ask(op="reset")
    client.ask(op="reset")
    recreated = fill(surge, source, workers=3, each=5)
    assert all(succeeded(one) for one in recreated), recreated
    lab.proves(
        "POOL502",
        shows="what fits in steady state is refused while a rollout adds its surge",
        against=[server.version, *client.versions("asyncpg")],
    )


def test_pools_are_lazy(lab: Lab) -> None:
    """Why a budget is an upper bound: one request at a time opens one connection."""
    client = lab.application()
    client.must_make(aimed_at(engine(ASYNCPG, "pool_size=20"), lab.server.port))
    assert all(succeeded(one) for one in client.use(times=10))
    assert lab.server.connections() == 1
