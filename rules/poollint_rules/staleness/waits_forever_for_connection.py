from collections.abc import Iterator

from poollint.facts import Argument, Engine
from poollint.rule import Measure, Note, Problem, Severity, rule
from poollint.source import Span
from poollint.terms import per_process
from poollint.topology import Client, Topology
from poollint.values import Known, Value, confidence, likely_bounds, number, origin_of
from poollint_rules.engines import (
    is_exactly,
    living,
    place,
    running_in,
    unlimited,
    written_at,
)


@rule(
    code="POOL106",
    severity=Severity.WARNING,
    since="0.1.0",
    sources=(
        "https://docs.sqlalchemy.org/en/20/core/engines.html#sqlalchemy.create_engine.params.pool_timeout",
        "experiment: pool_timeout None, 0, 0.25 and 1 on exhausted pools, SQLAlchemy 2.0.57 and 2.1.9",
    ),
)
def waits_forever_for_connection(topology: Topology) -> Iterator[Problem]:
    """A request waits for a pooled connection longer than anybody waits for the request.

    When all connections are in use, a checkout waits `pool_timeout` seconds (30 by default) and then raises

        sqlalchemy.exc.TimeoutError: QueuePool limit of size 5 overflow 10 reached, connection timed out, timeout 30.00

    With `pool_timeout=None` it never raises: requests pile up in silence until the process runs out of memory
    or the load balancer gives up, and the log says nothing about the pool. A timeout at or above the server's own limit for a
    request does the same: the worker is killed first, and the error that names the cause is never logged.

    ## Bad

    ```python title="db.py"
    import os

    from sqlalchemy import create_engine

    engine = create_engine(os.environ["DATABASE_URL"], pool_pre_ping=True, pool_timeout=None)
    ```

    ## Good

    ```python title="db.py"
    import os

    from sqlalchemy import create_engine

    engine = create_engine(os.environ["DATABASE_URL"], pool_pre_ping=True, pool_timeout=10)
    ```

    ## How it is decided

    A *warning* for `pool_timeout=None` on a queue pool of a service, and for a `pool_timeout` that is written beside
    `max_overflow=-1` or `pool_size=0`: such a pool never waits, so the timeout never fires and the database is what runs out
    (`unbounded-pool`). An *info* when `pool_timeout` is at or above the
    request limit of the workload that runs the engine (gunicorn's `--timeout`, Lambda's `Timeout`), and one of the two is
    written down; two defaults that meet are nobody's mistake. Silent where a process has a connection for each
    request that it serves at once (a synchronous worker, a function): it never waits.

    ## When to ignore it

    When every checkout has a deadline of its own (`asyncio.timeout` around the request).
    """
    for engine, client in living(topology):
        if engine.argument("pool_timeout") is not None and (limitless := unlimited(engine)):
            yield _without_effect(engine, client, limitless)
        elif engine.argument("pool_timeout") is not None and is_exactly(engine.pool.timeout, None):
            at = place(engine, "pool_timeout")
            yield Problem(
                at,
                f"'{engine.name}'{running_in(client)} waits for a free connection without any limit",
                subject=(engine.name,),
                label="never raises",
                notes=tuple(written_at(engine.pool.timeout, at)),
                confidence=confidence(engine.pool.timeout),
            )
        elif client is not None:
            yield from _later_than_the_request(engine, client)


def _without_effect(engine: Engine, client: Client | None, limitless: Argument) -> Problem:
    at = place(engine, "pool_timeout")
    return Problem(
        at,
        f"'{engine.name}'{running_in(client)} never waits for a connection, so its pool_timeout has no effect: "
        f"{limitless.name}={number(limitless.value):g} takes the pool's limit away",
        subject=(engine.name,),
        label="has no effect",
        notes=(Note(limitless.at, "no limit", "engine"),),
        confidence=confidence(limitless.value),
    )


def _later_than_the_request(engine: Engine, client: Client) -> Iterator[Problem]:
    limit = client.program.request_timeout or client.workload.request_timeout
    waits, patience = number(engine.pool.timeout), None if limit is None else number(limit)
    if limit is None or waits is None or patience is None or not 0 < patience <= waits:
        return
    if not (_is_written(limit) or engine.argument("pool_timeout")) or _never_waits(client):
        return
    origin = origin_of(limit)
    says = f"requests end after {patience:g} s"
    yield Problem(
        place(engine, "pool_timeout"),
        f"'{engine.name}'{running_in(client)} waits {waits:g} s for a free connection, but its {says}",
        subject=(engine.name, client.workload.name),
        notes=(Note(origin, says, "workload"),) if isinstance(origin, Span) else (),
        confidence=min(confidence(engine.pool.timeout), confidence(limit)),
        severity=Severity.INFO,
        measure=Measure(waits, patience, "seconds"),
    )


def _never_waits(client: Client) -> bool:
    """Whether a process has a connection for everything that it does at once."""
    at_once = client.workload.concurrency or client.program.at_once
    return likely_bounds(at_once).most <= likely_bounds(per_process(client)).least


def _is_written(value: Value) -> bool:
    return isinstance(value, Known) and isinstance(value.origin, Span)
