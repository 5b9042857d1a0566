from collections.abc import Iterator

from poollint.facts import Engine
from poollint.rule import Measure, Note, Problem, Severity, rule
from poollint.topology import Client, Topology
from poollint.values import bounds, confidence, likely_bounds
from poollint_rules.engines import is_exactly, living, place, running_in
from poollint_rules.hops import Hop, shortest_idle_limit


@rule(
    code="POOL102",
    severity=Severity.WARNING,
    since="0.1.0",
    sources=(
        "https://docs.sqlalchemy.org/en/20/core/pooling.html#setting-pool-recycle",
        "experiment: idle connections ended by servers, poolers and a proxy, SQLAlchemy 2.0.57 and 2.1.9",
    ),
)
def recycle_above_idle_timeout(topology: Topology) -> Iterator[Problem]:
    """`pool_recycle` is longer than something on the way keeps idle connections.

    RDS Proxy closes clients after 30 idle minutes, an AWS load balancer or NAT gateway forgets them after 350
    seconds, Azure's after 4 minutes, MySQL after 8 hours, PgBouncer after its `client_idle_timeout`. A
    `pool_recycle` that is longer lets the pool hand out a connection that is gone:

        sqlalchemy.exc.InterfaceError: (sqlalchemy.dialects.postgresql.asyncpg.InterfaceError) connection is closed
        sqlalchemy.exc.OperationalError: (psycopg.errors.ProtocolViolation) client_idle_timeout
        sqlalchemy.exc.OperationalError: (pymysql.err.OperationalError) (2006, "MySQL server has gone away")

    The limits of clouds are those that their vendors document; PgBouncer's, PostgreSQL's and MySQL's were tried on real servers.

    `pool_recycle` compares the *age* of a connection, at checkout only. Age is at least idle time, so a value
    below the limit is enough; nothing is closed while it lies idle.

    ## Bad

    ```python title="db.py"
    from sqlalchemy import create_engine

    engine = create_engine(
        "postgresql+psycopg2://app@orders.proxy-c0ffee.eu-west-1.rds.amazonaws.com/orders",
        pool_recycle=3600,
    )
    ```

    ## Good

    ```python title="db.py"
    from sqlalchemy import create_engine

    engine = create_engine(
        "postgresql+psycopg2://app@orders.proxy-c0ffee.eu-west-1.rds.amazonaws.com/orders",
        pool_recycle=1200,
    )
    ```

    ## How it is decided

    The shortest *known* idle limit on the way counts: managed hosts by their name, `client_idle_timeout` of a
    PgBouncer in the files, MySQL's `wait_timeout`, and `idle-timeout` of a database in the configuration. PostgreSQL itself
    has no such limit by default; the often quoted eight hours are MySQL's. PgBouncer's `server_idle_timeout` and
    `server_lifetime` never close clients and do not count.

    With `pool_pre_ping=True` the finding is an *info*: the ping replaces what was closed. It does not help where
    packets are dropped silently; see `ping-can-hang`. An engine with neither is `missing-pre-ping`'s.

    ## When to ignore it

    When steady traffic keeps every pooled connection busy, which needs at least `pool_size` checkouts within the limit.
    """
    for engine, client in living(topology):
        hop = shortest_idle_limit(engine, client)
        recycle = likely_bounds(engine.pool.recycle)
        if hop is None or hop.seconds > recycle.least or engine.argument("pool_recycle") is None:
            continue
        yield _problem(engine, client, hop)


def _problem(engine: Engine, client: Client | None, hop: Hop) -> Problem:
    seconds = likely_bounds(engine.pool.recycle).least
    pings = not is_exactly(engine.pool.pre_ping, wanted=False)
    return Problem(
        place(engine, "pool_recycle"),
        f"'{engine.name}'{running_in(client)} keeps connections for {seconds:g} s, but {hop.says}",
        subject=(engine.name, hop.name),
        label=f"must be below {hop.seconds:g}",
        notes=(Note(hop.at, hop.says, "pooler"),),
        confidence=min(hop.confidence, confidence(engine.pool.recycle)),
        severity=Severity.INFO if pings else None,
        measure=Measure(bounds(engine.pool.recycle).least, hop.seconds, "seconds"),
    )
