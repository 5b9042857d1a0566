"""POOL504: nothing bounds how many pools there are."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest

from poollint.config import Config
from poollint.findings import Finding
from poollint.project import Project
from poollint.run import understand
from poollint.values import Unknown
from poollint_rules.budgets.processes_unbounded import processes_unbounded

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


@pytest.mark.parametrize(
    ("why", "count"),
    [
        pytest.param("CPU count of the node", 1, id="cpus"),
        pytest.param("a pod on each node, and the files do not say how many there are", 1, id="daemon-set"),
        pytest.param("one for each node", 1, id="global-service"),
        pytest.param("the autoscaler has no maxReplicas", 1, id="autoscaler"),
        pytest.param("nothing limits the number of instances", 1, id="knative"),
        pytest.param("ConfigMap node-config has no key maximum", 0, id="not-shown"),
        pytest.param("filled in by a template", 0, id="template"),
    ],
)
def test_reason(why: str, count: int, deployed: Callable[[str, str, str, str], dict[str, str]]) -> None:
    files = deployed("create_engine(URL)", "uvicorn app.main:app", URL, "")
    (topology,) = understand(Project.of(files), Config())
    (client,) = topology.clients
    pods = replace(client.workload.pods, maximum=Unknown(why, client.workload.at))
    open_ended = replace(client, workload=replace(client.workload, pods=pods))
    problems = list(processes_unbounded.check(replace(topology, clients=(open_ended,))))
    assert [each.message for each in problems] == [
        f"the pods of 'api' have no limit ({why}), but 'main' has one"
    ][:count]


def test_message(
    deployed: Callable[[str, str, str, str], dict[str, str]],
    findings: Callable[[str, Mapping[str, str]], tuple[Finding, ...]],
) -> None:
    (found,) = findings(CODE, deployed("create_engine(URL)", "celery -A app.main worker", URL, ""))
    assert found.problem.message.startswith("the processes of 'api' have no limit (")
    assert found.problem.message.endswith("), but 'main' has one")
