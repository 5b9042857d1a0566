"""POOL504: nothing bounds how many pools there are."""

from collections.abc import Callable, Mapping

import pytest

from poollint.findings import Finding

CODE = "POOL504"
URL = "postgresql+psycopg2://app@main/shop"
HIDDEN = "  main:\n    image: postgres:16\n    command: postgres -c max_connections=$MAX\n"


@pytest.mark.parametrize(
    ("command", "services", "count"),
    [
        pytest.param("celery -A app.main worker", "", 1, id="celery"),
        pytest.param("celery -A app.main worker -c 4", "", 0, id="celery-bounded"),
        pytest.param("celery -A app.main worker --pool solo", "", 0, id="celery-solo"),
        pytest.param("gunicorn app.main:app", "", 0, id="gunicorn-one"),
        pytest.param("uvicorn app.main:app", "", 0, id="uvicorn"),
        pytest.param("gunicorn -w $WORKERS app.main:app", "", 0, id="not-shown-is-not-unbounded"),
        pytest.param("celery -A app.main worker", HIDDEN, 0, id="limit-not-known"),
    ],
)
def test_deployed(
    command: str,
    services: str,
    count: int,
    deployed: Callable[[str, str, str, str], dict[str, str]],
    shown: Callable[[str, Mapping[str, str]], tuple[str, ...]],
) -> None:
    files = deployed("create_engine(URL)", command, URL, services)
    assert shown(CODE, files) == ("warning high",) * count


def test_daemon_set(shown: Callable[[str, Mapping[str, str]], tuple[str, ...]]) -> None:
    for kind, count in (("DaemonSet", 1), ("Deployment", 0)):
        manifest = f"""\
apiVersion: apps/v1
kind: {kind}
metadata: {{name: agent}}
spec:
  selector: {{matchLabels: {{app: agent}}}}
  template:
    metadata: {{labels: {{app: agent}}}}
    spec:
      containers:
        - name: agent
          image: "shop:1"
          command: [uvicorn, "app.main:app"]
          env: [{{name: DATABASE_URL, value: "postgresql://app@main/shop"}}]
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {{name: main}}
spec:
  selector: {{matchLabels: {{app: main}}}}
  template:
    metadata: {{labels: {{app: main}}}}
    spec:
      containers: [{{name: postgres, image: "postgres:16"}}]
---
apiVersion: v1
kind: Service
metadata: {{name: main}}
spec: {{selector: {{app: main}}}}
"""
        files = {
            "app/db.py": "import os\nfrom sqlalchemy import create_engine\n"
            "engine = create_engine(os.environ['DATABASE_URL'])\n",
            "app/main.py": "from app.db import engine\n",
            "k8s/agent.yaml": manifest,
        }
        assert len(shown(CODE, files)) == count, kind


def test_message(
    deployed: Callable[[str, str, str, str], dict[str, str]],
    findings: Callable[[str, Mapping[str, str]], tuple[Finding, ...]],
) -> None:
    (found,) = findings(CODE, deployed("create_engine(URL)", "celery -A app.main worker", URL, ""))
    assert found.problem.message.startswith("the processes of 'api' have no limit (")
    assert found.problem.message.endswith("), but 'main' has one")
