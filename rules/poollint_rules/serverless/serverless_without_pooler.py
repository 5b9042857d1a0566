from collections.abc import Iterator
from math import inf
from operator import sub

from poollint.equation import figure
from poollint.facts import Engine
from poollint.rule import Note, Problem, Severity, rule
from poollint.topology import Client, Topology
from poollint.values import Confidence, combine, confidence, likely_bounds
from poollint_rules.engines import is_long_running, is_networked, judged
from poollint_rules.hops import SURENESS, managed_hosts
from poollint_rules.serverless.runtimes import Place, functions


@rule(
    code="POOL322",
    severity=Severity.WARNING,
    since="0.1.0",
    sources=(
        "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy.html",
        "https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html",
    ),
)
def serverless_without_pooler(topology: Topology) -> Iterator[Problem]:
    """Cloud functions connect to the database directly, and nothing keeps their number below what it accepts.

    Each concurrent invocation runs in an environment of its own with a connection of its own, and the platform adds environments as
    fast as requests come: up to 1000 in an account of AWS Lambda. Frozen environments keep their connections. A burst of requests, or a queue
    that is worked off after an outage, then ends in

        FATAL: sorry, too many clients already
        FATAL: remaining connection slots are reserved for non-replication superuser connections

    for everybody who uses that database. A pooler (RDS Proxy, PgBouncer in transaction mode, the pooled host of Neon or Supabase)
    lets the environments share connections; a concurrency limit on the function bounds their number.

    ## Bad

    ```python title="app.py"
    from sqlalchemy import create_engine, text

    engine = create_engine(
        "postgresql+psycopg2://app@orders.c0ffee123456.eu-west-1.rds.amazonaws.com/orders",
        pool_size=1,
        max_overflow=0,
        pool_pre_ping=True,
    )


    def lambda_handler(event, context):
        with engine.connect() as connection:
            return connection.execute(text("SELECT count(*) FROM orders")).scalar()
    ```

    ## Good

    ```python title="app.py"
    from sqlalchemy import create_engine, text

    engine = create_engine(
        "postgresql+psycopg2://app@orders.proxy-c0ffee123456.eu-west-1.rds.amazonaws.com/orders",
        pool_size=1,
        max_overflow=0,
        pool_pre_ping=True,
    )


    def lambda_handler(event, context):
        with engine.connect() as connection:
            return connection.execute(text("SELECT count(*) FROM orders")).scalar()
    ```

    ## How it is decided

    An engine runs in a cloud function, and its way is known to lead to a database without a pooler: by the files, or by a host name that
    belongs to a managed database and not to its pooler. It fires when the function's concurrency limit is not known, or above what the database accepts.
    Silent when the host is not known, or is a name that no file explains: it may be a pooler.

    ## When to ignore it

    When the concurrency of the function is limited where poollint does not see it (the account, an event source).
    """
    for engine, client in judged(topology):
        if not (is_networked(engine) and is_long_running(engine, client)):
            continue
        for where in functions(topology, engine, client):
            problem = _by_host(engine, where) if client is None else _by_way(client, where)
            if problem is not None:
                yield problem


def _by_way(client: Client, where: Place) -> Problem | None:
    database = client.database
    if database is None or client.poolers:
        return None
    copies = client.workload.pods.maximum
    capacity = combine(database.max_connections, database.reserved, sub, "-")
    most, accepted = likely_bounds(copies).most, likely_bounds(capacity).most
    if most != inf and most <= accepted:
        return None
    many = "any number of" if most == inf else f"up to {figure(most)}"
    limit = "" if accepted == inf else f", which accepts {figure(accepted)}"
    return Problem(
        client.engine.at,
        f"{many} environments of {where.runtime.title} '{where.name}' connect to '{database.name}' directly{limit}",
        subject=(client.engine.name, where.name),
        label="no pooler on the way",
        notes=(
            Note(where.at, f"{many} environments", "workload"),
            Note(database.at, f"'{database.name}'", "database"),
        ),
        confidence=Confidence.MEDIUM
        if most == inf
        else min(Confidence.MEDIUM, confidence(copies), confidence(capacity)),
    )


def _by_host(engine: Engine, where: Place) -> Problem | None:
    found = list(managed_hosts(engine))
    if not found or any(host.role != "direct" for host, _ in found):
        return None
    host, at = found[0]
    return Problem(
        engine.at,
        f"{where.runtime.title} '{where.name}' connects to {host.title} directly, with a connection for each concurrent invocation",
        subject=(engine.name, where.name),
        label="no pooler on the way",
        notes=(
            Note(where.at, "one environment for each concurrent request", "workload"),
            Note(at, host.title, "database"),
        ),
        confidence=min(Confidence.MEDIUM, SURENESS.get(host.confidence, Confidence.LOW), where.confidence),
    )
