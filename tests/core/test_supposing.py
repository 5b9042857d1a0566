"""What if: numbers that stand in for those of the files."""

import pytest

from poollint.budget import Budget, database_budgets, pooler_budgets
from poollint.config import Config
from poollint.project import Project
from poollint.run import understand
from poollint.supposing import Supposition, SuppositionError, parse, supposed
from poollint.topology import Topology

DATABASE = """\
import os
from sqlalchemy import create_engine
engine = create_engine(os.environ["DATABASE_URL"], pool_size=4, max_overflow=2)
"""
WITHOUT_POOL = """\
import os
from sqlalchemy import NullPool, create_engine
loading = create_engine(os.environ["DATABASE_URL"], poolclass=NullPool)
"""
COMPOSE = """\
services:
  web:
    build: .
    command: uvicorn shop.web:app --workers 3
    environment: {DATABASE_URL: "postgresql+psycopg2://shop@pgbouncer/shop"}
  jobs:
    build: .
    command: celery --app shop.jobs worker --concurrency 5
    environment: {DATABASE_URL: "postgresql+psycopg2://shop@main/shop"}
  loader:
    build: .
    command: python -m shop.loader
    environment: {DATABASE_URL: "postgresql+psycopg2://shop@main/shop"}
  pgbouncer:
    image: edoburu/pgbouncer:v1.24.1-p1
    environment: {DB_HOST: main, POOL_MODE: transaction}
  main:
    image: postgres:16
"""
STAGING = """\
services:
  web:
    build: .
    command: uvicorn shop.web:app
    environment: {DATABASE_URL: "postgresql+psycopg2://shop@small/shop"}
  small:
    image: postgres:16
"""
FILES = {
    "shop/__init__.py": "",
    "shop/db.py": DATABASE,
    "shop/web.py": "from shop.db import engine\n",
    "shop/jobs.py": "from shop.db import engine\n",
    "shop/loader.py": WITHOUT_POOL,
    "Dockerfile": "FROM python:3.12\nCOPY . .\n",
    "compose.yaml": COMPOSE,
    "staging/compose.yaml": STAGING.replace("build: .", "build: .."),
}


@pytest.fixture(scope="module")
def shop() -> tuple[Topology, ...]:
    return understand(Project.of(FILES), Config())


def budgets(topologies: tuple[Topology, ...]) -> dict[str, Budget]:
    return {
        budget.server.name: budget
        for topology in topologies
        for budget in (*database_budgets(topology), *pooler_budgets(topology))
    }


def totals(topologies: tuple[Topology, ...], *suppositions: str) -> dict[str, float]:
    """The peaks of all servers, and what `main` and the pooler accept."""
    found = budgets(supposed(topologies, map(parse, suppositions)))
    peaks = {name: budget.peak for name, budget in found.items()}
    return {**peaks, "accepted": found["main"].accepted, "admitted": found["pgbouncer"].accepted}


BOUNDED = ("pool_size.loader=1", "max_overflow.loader=0")
AS_IT_IS = {"main": 20 + 30 + 1, "pgbouncer": 18, "small": 6, "accepted": 97, "admitted": 100}


@pytest.mark.parametrize(
    ("suppositions", "changed"),
    [
        pytest.param([], {}, id="nothing but a limit for the loader"),
        pytest.param(["replicas.jobs=2"], {"main": 20 + 60 + 1}, id="copies of a workload"),
        pytest.param(
            ["replicas.web=3"], {"pgbouncer": 54, "small": 18}, id="copies in every environment that has it"
        ),
        pytest.param(["processes.jobs=1"], {"main": 20 + 6 + 1}, id="processes of a workload"),
        pytest.param(["pool_size.jobs=1"], {"main": 20 + 15 + 1}, id="pools of a workload only"),
        pytest.param(["jobs.pool_size=1"], {"main": 20 + 15 + 1}, id="the field last"),
        pytest.param(
            ["pool_size.shop.db:engine=1"],
            {"main": 20 + 15 + 1, "pgbouncer": 9, "small": 3},
            id="an engine by its whole name, wherever it runs",
        ),
        pytest.param(
            ["pool_size.engine=1"],
            {"main": 20 + 15 + 1, "pgbouncer": 9, "small": 3},
            id="engine: every engine",
        ),
        pytest.param(["loading.pool_size=7"], {"main": 20 + 30 + 7}, id="an engine by its variable"),
        pytest.param(["max_connections.main=50"], {"accepted": 47}, id="the limit of a database"),
        pytest.param(["reserved.main=10"], {"accepted": 90}, id="the reserve of a database"),
        pytest.param(
            ["default_pool_size.pgbouncer=7"], {"main": 7 + 30 + 1}, id="a setting of a pooler by default"
        ),
        pytest.param(["max_client_conn.pgbouncer=300"], {"admitted": 300}, id="who is admitted"),
        pytest.param(["instances.pgbouncer=2"], {"main": 71, "admitted": 200}, id="more poolers"),
        pytest.param(
            ["default_pool_size.pgbouncer=7", "default_pool_size.pgbouncer=8"],
            {"main": 8 + 30 + 1},
            id="the last one wins",
        ),
        pytest.param(["replicas.web=1", "pool_size.jobs=4"], {}, id="what is so already is no mistake"),
    ],
)
def test_a_supposed_number_counts(
    shop: tuple[Topology, ...], suppositions: list[str], changed: dict[str, float]
) -> None:
    assert totals(shop, *BOUNDED, *suppositions) == {**AS_IT_IS, **changed}


def test_one_number_makes_a_queue_of_a_pool_without_any() -> None:
    files = {"app.py": WITHOUT_POOL, "Procfile": "web: python app.py\n"}
    (topology,) = understand(Project.of(files), Config())
    assert topology.clients

    changed = supposed((topology,), [parse("pool_size.web=2")])

    pool = changed[0].clients[0].engine.pool
    assert [str(getattr(each, "value", "")) for each in (pool.cls, pool.size, pool.overflow)] == [
        "QueuePool", "2", "10",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("replicas.api=10", Supposition("replicas", "api", 10), id="a workload"),
        pytest.param(" replicas.api = 10 ", Supposition("replicas", "api", 10), id="with spaces"),
        pytest.param(
            "pool_size.app.db:engine=5", Supposition("pool_size", "app.db:engine", 5), id="dots in the name"
        ),
        pytest.param("engine.max_overflow=0", Supposition("max_overflow", "engine", 0), id="the field last"),
        pytest.param("max_connections.main=0", Supposition("max_connections", "main", 0), id="zero"),
    ],
)
def test_a_supposition_is_read(text: str, expected: Supposition) -> None:
    assert parse(text) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(
            "replicas.api", "'replicas.api' is not FIELD.NAME=NUMBER, as in replicas.api=10", id="no ="
        ),
        pytest.param("replicas.api=ten", "'replicas.api=ten' is not FIELD.NAME=NUMBER", id="no number"),
        pytest.param("replicas.api=-1", "'replicas.api=-1' is not FIELD.NAME=NUMBER", id="negative"),
        pytest.param("replicas.api=", "'replicas.api=' is not FIELD.NAME=NUMBER", id="nothing"),
        pytest.param("replicas=10", "'replicas=10' names no subject, as in replicas.api=10", id="no name"),
        pytest.param("pool_size=10", "'pool_size=10' names no subject", id="a field alone"),
        pytest.param(".api=10", "'.api=10' names no subject", id="no field"),
    ],
)
def test_what_is_no_supposition_is_refused(text: str, message: str) -> None:
    with pytest.raises(SuppositionError) as error:
        parse(text)
    assert str(error.value).startswith(message)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(
            "replicas.wbe=3",
            "nothing with replicas is called wbe; there is web, jobs, loader",
            id="a workload",
        ),
        pytest.param(
            "pool_size.motor=3",
            "nothing with pool_size is called motor; there is web, jobs, loader",
            id="an engine",
        ),
        pytest.param(
            "max_connections.mian=3",
            "nothing with max_connections is called mian; there is main, small",
            id="a database",
        ),
        pytest.param(
            "default_pool_size.main=3",
            "nothing with default_pool_size is called main; there is pgbouncer",
            id="a database is no pooler",
        ),
    ],
)
def test_a_supposition_about_nothing_is_refused(shop: tuple[Topology, ...], text: str, message: str) -> None:
    with pytest.raises(SuppositionError) as error:
        supposed(shop, [parse(text)])
    assert str(error.value) == message


def test_a_field_that_nothing_has_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(SuppositionError) as error:
        supposed((Topology(),), [parse("replikas.api=3")])
    assert str(error.value) == (
        "nothing here has replikas; there are replicas, processes, pool_size, max_overflow, "
        "max_connections, reserved, and the settings of a pooler"
    )
