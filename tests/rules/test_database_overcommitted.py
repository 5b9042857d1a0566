"""POOL501: more connections than the database accepts."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest

from poollint.budget import database_budgets
from poollint.config import Config
from poollint.facts import Argument
from poollint.findings import Finding
from poollint.project import Project
from poollint.run import understand
from poollint.values import Known
from poollint_rules.budgets.database_overcommitted import database_overcommitted
from poollint_rules.budgets.explaining import details

CODE = "POOL501"
URL = "postgresql+psycopg2://app@main/shop"
LIMITED = "  main:\n    image: postgres:16\n    command: postgres -c max_connections=%s\n"
TEN = LIMITED % 13  # less 3 for superusers


@pytest.mark.parametrize(
    ("arguments", "command", "services", "expected"),
    [
        pytest.param("pool_size=10, max_overflow=0", "uvicorn app.main:app", TEN, (), id="just-fits"),
        pytest.param(
            "pool_size=11, max_overflow=0", "uvicorn app.main:app", TEN, ("error high",), id="one-more"
        ),
        pytest.param(
            "pool_size=6, max_overflow=5", "gunicorn app.main:app", TEN, ("warning high",), id="ceiling"
        ),
        pytest.param("pool_size=5, max_overflow=5", "gunicorn app.main:app", TEN, (), id="ceiling-fits"),
        pytest.param(
            "pool_size=1, max_overflow=0", "gunicorn -w 11 app.main:app", TEN, ("error high",), id="processes"
        ),
        pytest.param(
            "pool_size=1, max_overflow=0", "gunicorn -w 10 app.main:app", TEN, (), id="processes-fit"
        ),
        pytest.param(
            "pool_size=NUMBER or 11, max_overflow=0",
            "uvicorn app.main:app",
            TEN,
            ("warning medium",),
            id="default-of-a-variable",
        ),
        pytest.param("pool_size=unknown", "uvicorn app.main:app", TEN, (), id="size-not-known"),
        pytest.param("pool_size=500", "uvicorn app.main:app", LIMITED % "$MAX", (), id="limit-not-known"),
        pytest.param("pool_size=500", "celery -A app.main worker", TEN, (), id="processes-not-known"),
        pytest.param("poolclass=NullPool", "uvicorn app.main:app", TEN, (), id="null-pool-is-323"),
        pytest.param("pool_size=0", "uvicorn app.main:app", TEN, (), id="unlimited-is-201"),
        pytest.param("poolclass=StaticPool", "gunicorn -w 10 app.main:app", TEN, (), id="static-pool"),
        pytest.param(
            "poolclass=StaticPool", "gunicorn -w 11 app.main:app", TEN, ("error high",), id="static-pools"
        ),
    ],
)
def test_deployed(
    *,
    arguments: str,
    command: str,
    services: str,
    expected: tuple[str, ...],
    deployed: Callable[[str, str, str, str], dict[str, str]],
    shown: Callable[[str, Mapping[str, str]], tuple[str, ...]],
) -> None:
    files = deployed(f"create_engine(URL, {arguments})", command, URL, services)
    assert shown(CODE, files) == expected


def test_message(
    deployed: Callable[[str, str, str, str], dict[str, str]],
    findings: Callable[[str, Mapping[str, str]], tuple[Finding, ...]],
) -> None:
    text = "create_engine(URL, pool_size=20, max_overflow=10)"
    (found,) = findings(CODE, deployed(text, "uvicorn app.main:app --workers 4", URL, TEN))
    assert found.problem.message == "'api' can alone open 120 connections to 'main'; it accepts 10"
    assert found.problem.measure is not None
    assert (found.problem.measure.value, found.problem.measure.limit) == (120, 10)


@pytest.mark.parametrize(
    ("direct", "behind", "codes"),
    [
        pytest.param(5, 4, [], id="fits"),
        pytest.param(5, 6, ["POOL501"], id="only-together"),
        pytest.param(1, 10, ["POOL501"], id="the-pooler-just-fits"),
        pytest.param(5, 11, ["POOL601"], id="the-pooler-alone"),
        pytest.param(11, 11, ["POOL501", "POOL601"], id="both-alone"),
    ],
)
def test_beside_a_pooler(
    direct: int,
    behind: int,
    codes: list[str],
    deployed: Callable[[str, str, str, str], dict[str, str]],
    shown: Callable[[str, Mapping[str, str]], tuple[str, ...]],
) -> None:
    files = deployed(
        f"create_engine(URL, pool_size={direct}, max_overflow=0)", "uvicorn app.main:app", URL, TEN
    )
    files["compose.yaml"] += f"""\
  worker:
    build: .
    command: uvicorn app.main:app
    environment: {{DATABASE_URL: "postgresql+psycopg2://app@pgbouncer/shop"}}
  pgbouncer:
    image: edoburu/pgbouncer:v1.25.1-p0
    environment: {{DB_HOST: main, POOL_MODE: transaction, DEFAULT_POOL_SIZE: "{behind}"}}
"""
    assert [code for code in ("POOL501", "POOL601") if shown(code, files)] == codes


def test_connections_that_no_file_shows(deployed: Callable[[str, str, str, str], dict[str, str]]) -> None:
    text = "create_engine(URL, pool_size=5, max_overflow=0)"
    (topology,) = understand(Project.of(deployed(text, "uvicorn app.main:app", URL, TEN)), Config())
    (client,), (database,) = topology.clients, topology.databases
    assert list(database_overcommitted.check(topology)) == []
    for count, found in ((5, 0), (6, 1)):
        cron = Argument("cron", Known(count, database.at), database.at)
        declared = replace(database, others=(cron,))
        crowded = replace(topology, databases=(declared,), clients=(replace(client, database=declared),))
        problems = list(database_overcommitted.check(crowded))
        assert len(problems) == found, count
        assert [each.label for each in problems] == ["6 connections that no file shows"][:found]


def test_details_of_what_fits(deployed: Callable[[str, str, str, str], dict[str, str]]) -> None:
    text = "create_engine(URL, pool_size=5, max_overflow=0)"
    (topology,) = understand(Project.of(deployed(text, "uvicorn app.main:app", URL, TEN)), Config())
    (budget,) = database_budgets(topology)
    assert [each.title for each in details(budget)] == ["budget"]
