from collections.abc import Iterator
from math import inf

from poollint.budget import database_budgets
from poollint.facts import Database
from poollint.rule import Note, Problem, Severity, rule
from poollint.source import Span
from poollint.terms import Term
from poollint.topology import Topology
from poollint.values import Confidence, Unknown, Value, likely_bounds, origin_of

LEFT_OPEN = (
    "CPU count",
    "cpu_count",
    "on each node",
    "for each node",
    "has no maxReplicas",
    "nothing limits the number",
)
"""How readers say that nothing bounds a count; what they only do not see has other reasons."""


@rule(
    code="POOL504",
    severity=Severity.WARNING,
    since="0.1.0",
    sources=(
        "https://docs.celeryq.dev/en/stable/userguide/workers.html#concurrency",
        "https://keda.sh/docs/latest/reference/scaledobject-spec/",
        "https://kubernetes.io/docs/concepts/workloads/controllers/daemonset/",
    ),
)
def processes_unbounded(topology: Topology) -> Iterator[Problem]:
    """Nothing bounds how many processes open a pool on a database whose limit is known.

    `celery worker` without `--concurrency` starts one process for each CPU of the *node*, not of the container's limit. Worker
    counts computed from the CPU count, DaemonSets, and autoscalers without a maximum are the same: the number
    grows with the machine that the scheduler happens to choose. A move to larger nodes then ends in

        FATAL: sorry, too many clients already

    and no line of the repository has changed.

    ## Bad

    ```python title="app/tasks.py"
    import os

    from celery import Celery
    from sqlalchemy import create_engine

    app = Celery("app")
    engine = create_engine(os.environ["DATABASE_URL"], pool_pre_ping=True)
    ```

    ```yaml title="compose.yaml"
    services:
      worker:
        build: .
        command: celery --app app.tasks worker
        environment:
          DATABASE_URL: postgresql+psycopg2://app@main/shop
      main:
        image: postgres:16
    ```

    ## Good

    ```yaml title="compose.yaml"
    services:
      worker:
        build: .
        command: celery --app app.tasks worker --concurrency 4
        environment:
          DATABASE_URL: postgresql+psycopg2://app@main/shop
      main:
        image: postgres:16
    ```

    ## How it is decided

    A workload leads to a database whose `max_connections` is known, and its process or pod count is not a number: it is
    left to the CPU count, or to an autoscaler without a maximum. A count that the files simply do not show (a template, a
    secret) is listed as unresolved and gives no finding.

    ## When to ignore it

    When all nodes have the same known size. Declare the number then: `[[tool.poollint.workloads]] name = "worker"; processes = 4`.
    """
    for budget in database_budgets(topology):
        if likely_bounds(budget.capacity).most == inf or not isinstance(budget.server, Database):
            continue
        for term in budget.terms:
            for what, value in (("processes", term.processes), ("pods", term.pods)):
                if term.client is not None and _is_left_open(value):
                    asked = term.client.program.at if what == "processes" else term.client.workload.at
                    yield _problem(term, what, value, budget.server, asked)


def _is_left_open(value: Value) -> bool:
    """Whether the files say that the count depends on where the workload runs."""
    return isinstance(value, Unknown) and any(says in value.why for says in LEFT_OPEN)


def _problem(term: Term, what: str, value: Value, database: Database, asked: Span) -> Problem:
    origin = origin_of(value)
    why = value.why if isinstance(value, Unknown) else ""
    return Problem(
        origin if isinstance(origin, Span) else asked,
        f"the {what} of '{term.name}' have no limit ({why}), but '{database.name}' has one",
        subject=(term.name, database.name, what),
        label="no limit",
        notes=(Note(database.at, f"'{database.name}'", "database"),),
        confidence=Confidence.HIGH,
    )
