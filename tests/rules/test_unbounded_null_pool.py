"""POOL323: no pool where many requests are served at once."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest

from poollint.config import Config
from poollint.findings import Finding
from poollint.project import Project
from poollint.run import understand
from poollint.source import Span
from poollint.values import Known
from poollint_rules.serverless.unbounded_null_pool import unbounded_null_pool

CODE = "POOL323"
NULL = "create_engine(URL, poolclass=NullPool)"
URL = "postgresql+psycopg2://app@main/shop"
BOUNCER = """\
  pgbouncer:
    image: edoburu/pgbouncer:v1.25.1-p0
    environment: {DB_HOST: main, POOL_MODE: transaction}
  main:
    image: postgres:16
"""
PROXY = "postgresql://app@orders.proxy-c0ffee123456.eu-west-1.rds.amazonaws.com/x"


@pytest.mark.parametrize(
    ("text", "command", "url", "expected"),
    [
        pytest.param(NULL, "uvicorn app.main:app", URL, ("warning high",), id="async-server"),
        pytest.param(NULL, "gunicorn --threads 2 app.main:app", URL, ("warning high",), id="two-threads"),
        pytest.param(NULL, "gunicorn app.main:app", URL, (), id="sync-worker"),
        pytest.param(NULL, "celery -A app.main worker -c 4", URL, (), id="task"),
        pytest.param("create_engine(URL)", "uvicorn app.main:app", URL, (), id="queue"),
        pytest.param(NULL, "uvicorn app.main:app", URL.replace("main", "pgbouncer"), (), id="pooler"),
        pytest.param(NULL, "uvicorn app.main:app", URL.replace("main", "elsewhere"), (), id="way-not-known"),
        pytest.param(NULL, "uvicorn app.main:app", PROXY, (), id="managed-pooler"),
        pytest.param(
            "create_engine(URL, poolclass=unknown)", "uvicorn app.main:app", URL, (), id="not-known"
        ),
    ],
)
def test_deployed(
    *,
    text: str,
    command: str,
    url: str,
    expected: tuple[str, ...],
    deployed: Callable[[str, str, str, str], dict[str, str]],
    shown: Callable[[str, Mapping[str, str]], tuple[str, ...]],
) -> None:
    assert shown(CODE, deployed(text, command, url, BOUNCER)) == expected


def test_engine_of_one_unit_of_work(
    deployed: Callable[[str, str, str, str], dict[str, str]],
    shown: Callable[[str, Mapping[str, str]], tuple[str, ...]],
) -> None:
    for last, expected in (("engine.dispose()", ()), ("pass", ("warning high",))):
        files = deployed(NULL, "uvicorn app.main:app", URL, "")
        head = files["app/db.py"].partition("engine = ")[0]
        body = f"    engine = {NULL}\n    try:\n        yield engine\n    finally:\n        {last}\n"
        changed = {
            "app/db.py": f"{head}def work():\n{body}",
            "app/main.py": "from app import db\ndb.work()\n",
        }
        assert shown(CODE, files | changed) == expected


def test_nobody_runs_it(call: Callable[[str, str], tuple[str, ...]]) -> None:
    assert call(CODE, NULL) == ()


@pytest.mark.parametrize(
    ("concurrency", "said"),
    [
        pytest.param(80, "80 requests", id="many"),
        pytest.param(2, "2 requests", id="two"),
        pytest.param(1, "", id="one"),
    ],
)
def test_concurrency_of_the_platform(
    concurrency: int, said: str, deployed: Callable[[str, str, str, str], dict[str, str]]
) -> None:
    (topology,) = understand(Project.of(deployed(NULL, "uvicorn app.main:app", URL, "")), Config())
    (client,) = topology.clients
    limit = Known(concurrency, Span("x.yaml", 1, 1, 1, 1))
    workload = replace(client.workload, concurrency=limit)
    found = list(unbounded_null_pool.check(replace(topology, clients=(replace(client, workload=workload),))))
    assert [f"serves {said} at once" in each.message for each in found] == ([True] if said else [])


def test_message(
    deployed: Callable[[str, str, str, str], dict[str, str]],
    findings: Callable[[str, Mapping[str, str]], tuple[Finding, ...]],
) -> None:
    (found,) = findings(CODE, deployed(NULL, "uvicorn app.main:app", URL, ""))
    assert found.problem.message == (
        "'app.db:engine' in 'api' has no pool, and each process serves as many requests as come at once: "
        "nothing limits its connections"
    )
