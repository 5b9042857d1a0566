from collections.abc import Iterator
from math import inf

from poollint.budget import Budget, database_budgets
from poollint.equation import figure, sureness
from poollint.rule import Problem, Severity, rule
from poollint.topology import Topology
from poollint.values import Confidence, likely_bounds
from poollint_rules.budgets.explaining import accepted, names, overdrawn


@rule(
    code="POOL502",
    severity=Severity.WARNING,
    since="0.1.0",
    sources=(
        "https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#max-surge",
        "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html",
    ),
)
def rollout_overcommits(topology: Topology) -> Iterator[Problem]:
    """The connections fit, but not while a new version is rolled out.

    During a rolling update old and new pods run side by side: a Deployment adds `maxSurge` pods (25 %, rounded up, by
    default), ECS doubles a service by default, a blue-green rollout doubles it always. Every new pod opens a pool of its own
    while the old ones still hold theirs, and the deploy fails exactly when the service is busy:

        FATAL: sorry, too many clients already

    The new pods do not become ready, the rollout stalls, and a rollback has the same problem.

    ## Bad

    ```python title="app/db.py"
    import os

    from sqlalchemy.ext.asyncio import create_async_engine

    engine = create_async_engine(os.environ["DATABASE_URL"], pool_size=10, max_overflow=0, pool_pre_ping=True)
    ```

    ```python title="app/main.py"
    from app.db import engine
    ```

    ```yaml title="k8s/api.yaml"
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: api}
    spec:
      replicas: 9
      selector: {matchLabels: {app: api}}
      template:
        metadata: {labels: {app: api}}
        spec:
          containers:
            - name: api
              image: registry.example.com/api
              command: [uvicorn, "app.main:app"]
              env:
                - {name: DATABASE_URL, value: postgresql+asyncpg://app@main/shop}
    ---
    apiVersion: apps/v1
    kind: StatefulSet
    metadata: {name: main}
    spec:
      selector: {matchLabels: {app: main}}
      template:
        metadata: {labels: {app: main}}
        spec:
          containers:
            - {name: postgres, image: "postgres:16"}
    ---
    apiVersion: v1
    kind: Service
    metadata: {name: main}
    spec: {selector: {app: main}}
    ```

    ## Good

    ```python title="app/db.py"
    import os

    from sqlalchemy.ext.asyncio import create_async_engine

    engine = create_async_engine(os.environ["DATABASE_URL"], pool_size=8, max_overflow=0, pool_pre_ping=True)
    ```

    ## How it is decided

    The sum of `database-overcommitted` fits between rollouts and does not fit with the additional pods of all workloads
    at once. The additional pods are `maxSurge`, or the platform's documented default.

    ## When to ignore it

    When the workloads are never deployed together and the largest of them fits alone, or when
    deploys happen only at quiet hours.
    """
    for budget in database_budgets(topology):
        if _fits_until_rollout(budget):
            message = (
                f"{names(budget)} can open {figure(budget.peak)} connections to '{budget.server.name}' "
                f"during a rollout ({figure(budget.steady)} otherwise); it accepts {accepted(budget)}"
            )
            yield overdrawn(budget, message, None, max(Confidence.MEDIUM, sureness(budget)))


def _fits_until_rollout(budget: Budget) -> bool:
    least = likely_bounds(budget.capacity).least
    return budget.steady <= least < budget.peak < inf
