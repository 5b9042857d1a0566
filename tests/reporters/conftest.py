"""A report to show: the budget of a shop, with places in two files."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Protocol

import pytest

from poollint.facts import Database
from poollint.findings import Finding, Report
from poollint.rule import Detail, Edit, Measure, Note, Problem, Rule, Severity, rule
from poollint.source import SourceFile, Span
from poollint.topology import Topology, Unresolved
from poollint.values import Confidence, Known


class Reports(Protocol):
    def __call__(self, *findings: Finding, listed: int = 412) -> Report: ...


FITS = "pool_size + max_overflow ≤ 2 at 15 pods (peak 360); or PgBouncer in transaction mode before 'main'"
HPA = "".join(f"line {number}\n" for number in range(1, 11)) + "  maxReplicas: 12\n"
DB = "\n" * 7 + "engine = create_engine(\n        pool_size=20,\n        max_overflow=10,\n)\n"


@rule(
    code="POOL501",
    severity=Severity.ERROR,
    since="0.1.0",
    sources=("https://example.org/limits", "an experiment"),
)
def database_overcommitted(topology: Topology) -> Iterator[Problem]:
    """The clients of a database can open more connections than it accepts.

    It says `too many clients already`.
    """
    del topology
    yield from ()


@rule(code="POOL101", severity=Severity.WARNING, since="0.1.0", sources=(), scope="file")
def missing_pre_ping(topology: Topology) -> Iterator[Problem]:
    """A pooled connection may be dead."""
    del topology
    yield from ()


@pytest.fixture
def overcommitted() -> Finding:
    problem = Problem(
        Span("k8s/api/hpa.yaml", 11, 16, 11, 18),
        "'api' and 'worker' can open 2040 connections to 'main'; it accepts 397",
        subject=("main",),
        label="12 pods, 15 during a rolling update (maxSurge 25%)",
        notes=(
            Note(Span("src/app/db.py", 9, 9, 9, 21), "20 kept open per process", "engine"),
            Note(Span("src/app/db.py", 10, 9, 10, 24), "10 more under load", "engine"),
        ),
        details=(
            Detail(
                "budget",
                (
                    "                       per process   processes   pods     total",
                    "api     20 + 10            30     ×     4     ×   15   =   1800",
                    "worker   5 + 10 default    15     ×     8     ×    2   =    240",
                    "peak                                                       2040",
                    "main    400 max_connections − 3 reserved                    397   5.1× over",
                ),
            ),
            Detail("fits", (FITS,)),
        ),
        because="11 inputs read from files, 1 from configuration, 0 assumed",
        measure=Measure(2040, 397, "connections"),
    )
    return Finding(database_overcommitted, problem, Severity.ERROR, "f" * 32)


@pytest.fixture
def unpinged() -> Finding:
    problem = Problem(
        Span("src/app/db.py", 8, 10, 11, 2),
        "no pre-ping",
        subject=("app.db:engine",),
        confidence=Confidence.MEDIUM,
        edit=Edit(Span("src/app/db.py", 8, 10, 11, 2), (("pool_pre_ping", "True"),), ("echo",), safe=True),
    )
    return Finding(missing_pre_ping, problem, Severity.WARNING, "a" * 32)


@pytest.fixture
def report_of() -> Reports:
    """Reports about one project, with these findings."""

    def make(*findings: Finding, listed: int = 412) -> Report:
        at = Span("db.yaml", 1, 1, 1, 1)
        database = Database(at, "main", "postgresql", "postgresql", Known(400, at), Known(3, at))
        unresolved = Unresolved(at, "processes of 'web'", "the command is not known", "processes = 4")
        texts = {"k8s/api/hpa.yaml": HPA, "src/app/db.py": DB}
        return Report(
            findings=tuple(sorted(findings, key=lambda each: each.order)),
            suppressed=(),
            baselined=(),
            hidden=(),
            skipped=(),
            topologies=(Topology(databases=(database,), unresolved=(unresolved,)),),
            files={path: SourceFile(path, text) for path, text in texts.items()},
            listed=listed,
        )

    return make


@pytest.fixture
def empty(report_of: Reports) -> Report:
    """A project without an engine and a manifest."""
    return replace(report_of(), topologies=(Topology(),))


@pytest.fixture
def rules() -> tuple[Rule, ...]:
    return (missing_pre_ping, database_overcommitted)
