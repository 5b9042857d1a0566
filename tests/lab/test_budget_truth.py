"""Small services with their real processes and pools: refused is exactly what poollint says is too much.

Each project is read by poollint as it stands, and its `app/db.py` is run as it stands, in as many processes
as its compose file starts.
"""

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest

from poollint.budget import database_budgets, pooler_budgets
from poollint.config import Config
from poollint.project import open_project
from poollint.run import lint
from poollint.server_side import server_term
from poollint.topology import Topology
from poollint.values import likely_bounds
from poollint_lab import client
from poollint_lab.bench import THIS_PYTHON, Bouncers, Clusters, Lab
from poollint_lab.client import Client
from poollint_lab.postgres import PASSWORD
from poollint_lab.protocol import Outcome, succeeded
from poollint_rules import RULES

BUDGET_RULES = {"POOL405", "POOL406", "POOL501", "POOL502", "POOL601"}
"""What poollint can say about sums."""

REPLICAS = 2
WORKERS = 2

DATABASE = """\
import os

from sqlalchemy.ext.asyncio import create_async_engine

engine = create_async_engine(
    os.environ["DATABASE_URL"], pool_size={size}, max_overflow={overflow}, pool_pre_ping=True
)
"""
MAIN = "from app.db import engine\n"
COMPOSE = """\
services:
  api:
    build: .
    command: uvicorn app.main:app --workers {workers}
    environment:
      DATABASE_URL: postgresql+asyncpg://app@{host}/appdb
    deploy:
      replicas: {replicas}
  db:
    image: postgres:15
    command: postgres -c max_connections={max_connections}
"""
BOUNCER = """\
  pgbouncer:
    image: edoburu/pgbouncer:v1.25.1-p0
    environment:
      DB_HOST: db
      POOL_MODE: session
      MAX_CLIENT_CONN: "{max_client_conn}"
      DEFAULT_POOL_SIZE: "{default_pool_size}"
"""


@dataclass(frozen=True)
class Service:
    """Two replicas of two processes. `says` is the rule that finds it too large, `refused` by how much."""

    size: int
    overflow: int
    max_connections: int
    bouncer: Mapping[str, int] = field(default_factory=dict)
    says: str = ""
    refused: int = 0

    @property
    def each(self) -> int:
        """What a process opens at most."""
        return self.size + self.overflow

    def write(self, folder: Path) -> None:
        host = "pgbouncer" if self.bouncer else "db"
        compose = COMPOSE.format(
            workers=WORKERS, host=host, replicas=REPLICAS, max_connections=self.max_connections
        )
        (folder / "app").mkdir()
        (folder / "app/__init__.py").touch()
        (folder / "app/db.py").write_text(DATABASE.format(size=self.size, overflow=self.overflow))
        (folder / "app/main.py").write_text(MAIN)
        (folder / "Dockerfile").write_text("FROM python:3.12\nWORKDIR /srv\nCOPY . .\n")
        (folder / "compose.yaml").write_text(
            compose + (BOUNCER.format(**self.bouncer) if self.bouncer else "")
        )


def judged(folder: Path) -> tuple[set[str], Topology]:
    """The budget rules that fire, and what they judged."""
    project = open_project(str(folder), [str(folder)])
    report = lint(project, RULES, Config(), today=date(2026, 1, 1))
    (topology,) = report.topologies
    return {each.rule.code for each in report.findings} & BUDGET_RULES, topology


def too_much(topology: Topology) -> float:
    """By how many connections the service is larger than what it connects to, as poollint reckons."""
    if not topology.poolers:
        (budget,) = database_budgets(topology)
        return max(0, budget.peak - budget.accepted)
    (budget,) = pooler_budgets(topology)
    (pooler,) = topology.poolers
    served = server_term(pooler, topology).total(likely_bounds).most
    return max(0, budget.peak - min(budget.accepted, served))


@contextmanager
def processes(folder: Path, url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Client]]:
    """The service as its compose file starts it: each process makes its own engine from `app/db.py`."""
    monkeypatch.setenv("DATABASE_URL", url)
    running = [client.start(THIS_PYTHON, "running-loop", folder) for _ in range(REPLICAS * WORKERS)]
    try:
        for process in running:
            process.must_make((folder / "app/db.py").read_text())
        yield running
    finally:
        for process in running:
            client.stop(process)


def peak_load(running: list[Client], each: int) -> list[Outcome]:
    """Every process holds all that its pool gives, one connection after the other: the count is exact."""
    return [process.hold()[0] for _ in range(each) for process in running]


def at_once(running: list[Client], each: int) -> list[Outcome]:
    """Every process holds all that its pool gives, all of them at the same time."""
    with ThreadPoolExecutor(len(running)) as pool:
        return [one for held in pool.map(lambda process: process.hold(times=each), running) for one in held]


def url_of(port: int) -> str:
    return f"postgresql+asyncpg://app:{PASSWORD}@127.0.0.1:{port}/appdb"


DIRECT = [
    pytest.param(Service(3, 2, 20, says="POOL501", refused=3), id="20 of 17"),
    pytest.param(Service(5, 0, 19, says="POOL501", refused=4), id="20 of 16, no overflow"),
    pytest.param(Service(3, 1, 19), id="16 of 16"),
    pytest.param(Service(3, 2, 30), id="20 of 27"),
]


@pytest.mark.parametrize("service", DIRECT)
def test_direct(
    service: Service, lab: Lab, clusters: Clusters, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.write(tmp_path)
    rules, topology = judged(tmp_path)
    assert rules == ({service.says} if service.says else set())
    assert too_much(topology) == service.refused

    server = clusters.start(max_connections=service.max_connections)
    with processes(tmp_path, url_of(server.port), monkeypatch) as running:
        held = (peak_load if service.says else at_once)(running, service.each)
        versions = running[0].versions("asyncpg")

    refused = [one for one in held if not succeeded(one)]
    assert len(held) == REPLICAS * WORKERS * service.each
    assert len(refused) == service.refused, refused
    assert all("TooManyConnectionsError" in " ".join(one["classes"]) for one in refused), refused
    lab.proves(
        "POOL501",
        shows="a service with its real processes is refused what its budget is too large by, else nothing",
        against=[server.version, *versions],
    )


BOUNCED = [
    pytest.param(
        Service(3, 1, 40, {"max_client_conn": 12, "default_pool_size": 20}, "POOL406", 4),
        id="16 clients of 12",
    ),
    pytest.param(Service(3, 1, 40, {"max_client_conn": 16, "default_pool_size": 20}), id="16 clients of 16"),
    pytest.param(
        Service(2, 1, 40, {"max_client_conn": 100, "default_pool_size": 9}, "POOL405", 3),
        id="12 sessions of 9",
    ),
    pytest.param(
        Service(2, 1, 40, {"max_client_conn": 100, "default_pool_size": 12}), id="12 sessions of 12"
    ),
]
MESSAGES = {"POOL405": "query_wait_timeout", "POOL406": "no more connections allowed (max_client_conn)"}


@pytest.mark.parametrize("service", BOUNCED)
def test_through_pgbouncer(  # noqa: PLR0917 - fixtures
    service: Service,
    lab: Lab,
    clusters: Clusters,
    bouncers: Bouncers,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    service.write(tmp_path)
    rules, topology = judged(tmp_path)
    assert rules == ({service.says} if service.says else set())
    assert too_much(topology) == service.refused

    server = clusters.start(max_connections=service.max_connections)
    here = Bouncers(bouncers.binary, server, bouncers.stack)
    bouncer = here.start(pool_mode="session", query_wait_timeout=1, **service.bouncer)
    with processes(tmp_path, url_of(bouncer.port), monkeypatch) as running:
        held = (peak_load if service.says else at_once)(running, service.each)
        versions = running[0].versions("asyncpg")

    refused = [one for one in held if not succeeded(one)]
    assert len(held) == REPLICAS * WORKERS * service.each
    assert len(refused) == service.refused, refused
    assert all(MESSAGES[service.says] in one["message"] for one in refused), refused
    lab.proves(
        "POOL405",
        "POOL406",
        shows="a service with its real processes is refused what its pooler is too small by, else nothing",
        against=[bouncer.version, server.version, *versions],
    )
