"""POOL403: parameters that PgBouncer throws away."""

from collections.abc import Callable, Mapping

import pytest

from poollint.findings import Finding

CODE = "POOL403"
ASYNCPG = "postgresql+asyncpg://app@pgbouncer/shop"
PSYCOPG = "postgresql+psycopg://app@pgbouncer/shop"
SERVICES = """\
  pgbouncer:
    image: edoburu/pgbouncer:v1.25.1-p0
    environment:
      DB_HOST: main
      POOL_MODE: transaction
      IGNORE_STARTUP_PARAMETERS: "%s"
  main:
    image: postgres:16
"""


@pytest.mark.parametrize(
    ("arguments", "url", "ignored", "count"),
    [
        pytest.param("{'options': '-c statement_timeout=5'}", PSYCOPG, "options", 1, id="options"),
        pytest.param("{'options': '-c statement_timeout=5'}", PSYCOPG, "extra_float_digits", 0, id="refused"),
        pytest.param("{'server_settings': {'jit': 'off'}}", ASYNCPG, "jit", 1, id="setting"),
        pytest.param(
            "{'server_settings': {'jit': 'off'}}", ASYNCPG, "extra_float_digits,jit", 1, id="in-a-list"
        ),
        pytest.param("{'server_settings': {'application_name': 'a'}}", ASYNCPG, "jit", 0, id="tracked"),
        pytest.param("{}", ASYNCPG, "options", 0, id="nothing"),
        pytest.param(
            "{'options': '-c a=5'}", PSYCOPG.replace("pgbouncer", "main"), "options", 0, id="direct"
        ),
    ],
)
def test_deployed(
    *,
    arguments: str,
    url: str,
    ignored: str,
    count: int,
    deployed: Callable[[str, str, str, str], dict[str, str]],
    shown: Callable[[str, Mapping[str, str]], tuple[str, ...]],
) -> None:
    text = f"create_async_engine(URL, connect_args={arguments})"
    files = deployed(text, "uvicorn app.main:app", url, SERVICES % ignored)
    assert shown(CODE, files) == ("warning high",) * count


def test_a_pooler_that_a_default_leads_to(
    deployed: Callable[[str, str, str, str], dict[str, str]],
    shown: Callable[[str, Mapping[str, str]], tuple[str, ...]],
) -> None:
    text = "create_async_engine(URL, connect_args={'server_settings': {'jit': 'off'}})"
    url = ASYNCPG.replace("pgbouncer", "${POOLER:-pgbouncer}")
    assert shown(CODE, deployed(text, "uvicorn app.main:app", url, SERVICES % "jit")) == ("warning medium",)


def test_message(
    deployed: Callable[[str, str, str, str], dict[str, str]],
    findings: Callable[[str, Mapping[str, str]], tuple[Finding, ...]],
) -> None:
    text = "create_engine(URL, connect_args={'options': '-c statement_timeout=5'})"
    (found,) = findings(CODE, deployed(text, "uvicorn app.main:app", PSYCOPG, SERVICES % "options"))
    assert found.problem.message == (
        "'app.db:engine' asks for statement_timeout when it connects, "
        "which PgBouncer 'pgbouncer' drops without a word"
    )
    assert [note.message for note in found.problem.notes] == ["ignored here"]


CLOUD_NATIVE = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: api}
spec:
  selector: {matchLabels: {app: api}}
  template:
    metadata: {labels: {app: api}}
    spec:
      containers:
        - name: api
          image: registry.example.com/api
          command: [uvicorn, "app.main:app"]
          env:
            - {name: DATABASE_URL, value: postgresql+psycopg://app@pooler-rw/shop}
---
apiVersion: postgresql.cnpg.io/v1
kind: Cluster
metadata: {name: main}
spec: {instances: 3, storage: {size: 1Gi}}
---
apiVersion: postgresql.cnpg.io/v1
kind: Pooler
metadata: {name: pooler-rw}
spec: {cluster: {name: main}, instances: 2, type: rw, pgbouncer: {poolMode: transaction}}
"""


@pytest.mark.parametrize(
    ("options", "count"),
    [
        pytest.param("-c statement_timeout=5000", 1, id="untracked"),
        pytest.param("-c application_name=api", 0, id="tracked"),
        pytest.param("", 0, id="nothing"),
    ],
)
def test_operator_that_always_ignores_options(
    options: str, count: int, shown: Callable[[str, Mapping[str, str]], tuple[str, ...]]
) -> None:
    made = "import os\nfrom sqlalchemy import create_engine\n"
    made += f"engine = create_engine(os.environ['DATABASE_URL'], connect_args={{'options': '{options}'}})\n"
    files = {"app/db.py": made, "app/main.py": "from app.db import engine\n", "k8s/all.yaml": CLOUD_NATIVE}
    assert len(shown(CODE, files)) == count
