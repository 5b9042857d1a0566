"""The closing line of a clean run."""

from dataclasses import replace
from typing import Protocol

import pytest

from poollint.facts import Container, Database, Engine, Pods, Pool, Program, Role, Url, Workload
from poollint.findings import Finding, Report
from poollint.reporters import Options, reporter
from poollint.source import Span
from poollint.topology import Client, Topology
from poollint.values import Known, Symbol, Unknown, Value

AT = Span("a.py", 1, 1, 1, 2)


class Reports(Protocol):
    def __call__(self, *findings: Finding, listed: int = 412) -> Report: ...


def known(value: int) -> Value:
    return Known(value, AT)


NOTHING = Unknown("no", AT)
ENGINE = Engine(
    AT,
    "app:engine",
    "sqlalchemy.create_engine",
    is_async=False,
    role=Role.SERVICE,
    url=Url(AT, NOTHING, NOTHING, NOTHING, NOTHING, NOTHING),
    pool=Pool(
        cls=Known(Symbol("sqlalchemy.pool.QueuePool"), AT),
        size=known(5),
        overflow=known(10),
        timeout=known(30),
        recycle=known(-1),
        pre_ping=Known(value=False, origin=AT),
        lifo=Known(value=False, origin=AT),
        reset_on_return=NOTHING,
    ),
)


def clean(database: Database, pods: Value = NOTHING, environment: str = "") -> Topology:
    workload = Workload(AT, "kubernetes", "Deployment", "web", Pods(pods, pods, known(0)), ())
    program = Program("uvicorn", "app", known(1), NOTHING, AT)
    client = Client(ENGINE, workload, Container(AT, "web", NOTHING), program, (), database, ())
    return Topology(
        environment, engines=(ENGINE,), workloads=(workload,), databases=(database,), clients=(client,)
    )


def database(name: str, limit: Value) -> Database:
    return Database(replace(AT, path=f"{name}.yaml"), name, "postgresql", "postgresql", limit, known(3))


@pytest.mark.parametrize(
    ("topologies", "line"),
    [
        pytest.param(
            [clean(database("main", known(400)), known(12))],
            "All good: peak 180 of 397 connections (45 %). 1 engine, 1 workload, 1 database.",
            id="the share of the one database",
        ),
        pytest.param(
            [clean(database("main", known(403)), known(2)), clean(database("other", known(103)), known(3))],
            "All good: peak 45 of 100 connections to 'other' (45 %). 1 engine, 1 workload, 2 databases.",
            id="the tightest of several",
        ),
        pytest.param(
            [clean(database("main", NOTHING), known(12))],
            "All good. 1 engine, 1 workload, 1 database.",
            id="no limit known",
        ),
        pytest.param(
            [clean(database("main", known(400)))],
            "All good. 1 engine, 1 workload, 1 database.",
            id="no number of pods known",
        ),
        pytest.param(
            [clean(database("main", known(400)), known(1), name) for name in ("prod", "test")],
            "All good: peak 15 of 397 connections (4 %). 1 engine, 1 workload, 1 database.",
            id="two environments are one project",
        ),
    ],
)
def test_clean_run(topologies: list[Topology], line: str, report_of: Reports) -> None:
    report = replace(report_of(), topologies=tuple(topologies))

    assert reporter("full")(report, Options()) == f"{line}\n"


def test_markdown_shows_the_budgets(report_of: Reports) -> None:
    topologies = (
        clean(database("main", known(400)), known(12)),
        clean(database("x", NOTHING), environment="e"),
    )
    text = reporter("markdown")(replace(report_of(), topologies=topologies), Options())

    assert "| main | 180 | 397 |\n| x (e) | unbounded | unbounded |" in text
