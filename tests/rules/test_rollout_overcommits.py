"""POOL502: too much only while a new version is rolled out."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest

from poollint.config import Config
from poollint.findings import Finding
from poollint.project import Project
from poollint.run import understand
from poollint.values import Unknown
from poollint_rules.budgets.rollout_overcommits import rollout_overcommits

CODE = "POOL502"
MANIFEST = """\
apiVersion: apps/v1
kind: Deployment
metadata: {{name: api}}
spec:
  replicas: {replicas}
  strategy: {strategy}
  selector: {{matchLabels: {{app: api}}}}
  template:
    metadata: {{labels: {{app: api}}}}
    spec:
      containers:
        - name: api
          image: "shop:1"
          command: [uvicorn, "app.main:app"]
          env: [{{name: DATABASE_URL, value: "postgresql+asyncpg://app@main/shop"}}]
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


def project(size: str, replicas: int, strategy: str) -> dict[str, str]:
    return {
        "app/db.py": "import os\nfrom elsewhere import unknown\n"
        "from sqlalchemy.ext.asyncio import create_async_engine\n"
        f"engine = create_async_engine(os.environ['DATABASE_URL'], pool_size={size}, max_overflow=0)\n",
        "app/main.py": "from app.db import engine\n",
        "k8s/api.yaml": MANIFEST.format(replicas=replicas, strategy=strategy),
    }


SURGE = "{rollingUpdate: {maxSurge: %s}}"


@pytest.mark.parametrize(
    ("size", "replicas", "strategy", "expected"),
    [
        pytest.param("10", 9, SURGE % 1, ("warning high",), id="one-pod-more"),
        pytest.param("10", 9, SURGE % 0, (), id="no-surge"),
        pytest.param("10", 8, SURGE % 1, (), id="fits-with-surge"),
        pytest.param("10", 9, "{}", ("warning high",), id="default-surge"),
        pytest.param("10", 9, "{type: Recreate}", (), id="recreate"),
        pytest.param("10", 10, SURGE % 1, (), id="too-much-anyway"),
        pytest.param("97", 1, SURGE % 0, (), id="all-of-it"),
        pytest.param("97", 1, SURGE % 1, ("warning high",), id="all-of-it-twice"),
        pytest.param("unknown", 9, SURGE % 1, (), id="not-known"),
    ],
)
def test_deployed(
    size: str,
    replicas: int,
    strategy: str,
    expected: tuple[str, ...],
    shown: Callable[[str, Mapping[str, str]], tuple[str, ...]],
) -> None:
    assert shown(CODE, project(size, replicas, strategy)) == expected


def test_message(findings: Callable[[str, Mapping[str, str]], tuple[Finding, ...]]) -> None:
    (found,) = findings(CODE, project("10", 9, SURGE % 1))
    assert found.problem.message == (
        "'api' can open 100 connections to 'main' during a rollout (90 otherwise); it accepts 97"
    )


def test_surge_that_is_not_known() -> None:
    (topology,) = understand(Project.of(project("10", 9, SURGE % 1)), Config())
    (client,) = topology.clients
    for surge, count in ((Unknown("", client.engine.at), 0), (client.workload.pods.surge, 1)):
        pods = replace(client.workload.pods, surge=surge)
        changed = replace(client, workload=replace(client.workload, pods=pods))
        assert len(list(rollout_overcommits.check(replace(topology, clients=(changed,))))) == count
