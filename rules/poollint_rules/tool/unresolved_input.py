from collections.abc import Iterator

from poollint.facts import Database, Role
from poollint.rule import Detail, Problem, Severity, rule
from poollint.topology import Topology, Unresolved
from poollint.values import Known, possible
from poollint_rules.engines import is_networked


@rule(code="POOL911", severity=Severity.INFO, since="0.1.0", sources=())
def unresolved_input(topology: Topology) -> Iterator[Problem]:
    """Something that a budget or a check would need could not be found out from the files.

    poollint does not guess. A budget with an unknown in it is not judged, and a clean report may then mean that nothing was wrong or that
    nothing could be seen. This says what is missing, and which line of configuration would settle it.

    ## Bad

    ```python title="app/db.py"
    import os

    from sqlalchemy import create_engine

    engine = create_engine(os.environ["DATABASE_URL"], pool_pre_ping=True)
    ```

    ```python title="app/main.py"
    from app.db import engine
    ```

    ```yaml title="compose.yaml"
    services:
      api:
        build: .
        command: gunicorn app.main:app --workers 2
        environment:
          PORT: "8000"
      main:
        image: postgres:16
    ```

    ## Good

    ```yaml title="compose.yaml"
    services:
      api:
        build: .
        command: gunicorn app.main:app --workers 2
        environment:
          PORT: "8000"
          DATABASE_URL: postgresql+psycopg2://app@main/shop
      main:
        image: postgres:16
    ```

    ## How it is decided

    A workload runs an engine whose database cannot be told: the URL is in a Secret or set outside of the repository, or two servers
    answer to its host. Or several engines would fit a workload equally well, and none is linked. Only where knowing it would change a
    judgement: the same environment has a pooler, or a database whose limit is known. One finding an environment and reason; every engine
    is in `poollint inspect`. Tests, scripts and migrations are exempt, and so are
    databases without connections (SQLite, BigQuery).

    ## When to ignore it

    When nobody needs that budget. To settle it, add the line below the finding to the configuration.
    """
    if not any(map(is_sized, topology.databases)) and not topology.poolers:
        return
    exempt = {
        engine.url.at
        for engine in topology.engines
        if engine.role is not Role.SERVICE or not is_networked(engine)
    }
    groups: dict[tuple[str, str], list[Unresolved]] = {}
    for each in topology.unresolved:
        if each.at not in exempt:
            groups.setdefault((each.why, each.settle), []).append(each)
    for (why, settle), group in groups.items():
        more = f"; {len(group) - 1} more like it" if len(group) > 1 else ""
        yield Problem(
            group[0].at,
            f"{group[0].what} is not known, so no budget counts it: {why}{more}",
            subject=(why, settle),
            label="not known",
            details=(Detail("settle", (settle,)),) if settle else (),
        )


def is_sized(database: Database) -> bool:
    """Whether a database's limit is known, so that a client more or less would change a judgement."""
    return all(isinstance(leaf, Known) for leaf in possible(database.max_connections))
