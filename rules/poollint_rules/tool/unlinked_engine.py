from collections.abc import Iterator

from poollint.facts import Passing, Role
from poollint.rule import Detail, Problem, Severity, rule
from poollint.topology import Topology
from poollint.values import Confidence
from poollint_rules.engines import is_networked

RUNS_CODE = frozenset({"app", "worker", "beat"})


@rule(code="POOL912", severity=Severity.INFO, since="0.1.0", sources=())
def unlinked_engine(topology: Topology) -> Iterator[Problem]:
    """An engine of a service runs in no workload that the manifests show.

    Its connections are in no budget, and what stands between it and its database is not known, so only the rules that need nothing but
    the code look at it.

    ## Bad

    ```python title="reports/db.py"
    import os

    from sqlalchemy import create_engine

    engine = create_engine(os.environ["REPORTS_URL"], pool_pre_ping=True)
    ```

    ```python title="app/main.py"
    application = None
    ```

    ```yaml title="compose.yaml"
    services:
      api:
        build: ./app
        command: gunicorn app.main:application --workers 2
      main:
        image: postgres:16
    ```

    ## Good

    ```python title="app/main.py"
    from reports.db import engine
    ```

    ```yaml title="compose.yaml"
    services:
      api:
        build: .
        command: gunicorn app.main:application --workers 2
        environment:
          REPORTS_URL: postgresql+psycopg2://app@main/reports
      main:
        image: postgres:16
    ```

    ## How it is decided

    An environment shows at least one workload that runs a Python module and a database or a pooler, and in no environment anything
    links the engine to a workload: no command whose module leads to it by imports, no image that is built from its folder, no workload
    that sets the variable of its URL. Tests, scripts and migrations are exempt, and so is SQLite.

    ## When to ignore it

    When the manifests of that service are in another repository. Otherwise say who runs it:
    `[[tool.poollint.workloads]] name = "reports"; match = "Deployment/reports"; engines = ["reports.db:engine"]`.
    """
    if not _shows_python(topology) or not (topology.databases or topology.poolers):
        return
    passing = {(each.engine, each.made_for) for each in topology.lifetimes if isinstance(each, Passing)}
    for engine in topology.engines:
        if (
            engine.role is not Role.SERVICE
            or not is_networked(engine)
            or (engine.at, engine.made_for) in passing
        ):
            continue
        if engine.at not in topology.linked:
            line = f'[[tool.poollint.workloads]] name = "..."; engines = ["{engine.name}"]'
            yield Problem(
                engine.at,
                f"no workload that the manifests show runs '{engine.name}', so no budget counts it",
                subject=(engine.name,),
                label="runs where?",
                details=(Detail("settle", (line,)),),
                confidence=Confidence.HIGH,
            )


def _shows_python(topology: Topology) -> bool:
    return any(
        program.module and program.role in RUNS_CODE
        for workload in topology.workloads
        for container in workload.containers
        for program in container.programs
    )
