from collections.abc import Iterator

from poollint.facts import Disposal
from poollint.rule import Note, Problem, Severity, rule
from poollint.topology import Topology
from poollint.values import Confidence
from poollint_rules.engines import is_networked, is_queue, judged, running_in


@rule(
    code="POOL304",
    severity=Severity.WARNING,
    since="0.1.0",
    sources=(
        "https://docs.sqlalchemy.org/en/20/core/pooling.html#using-connection-pools-with-multiprocessing-or-os-fork",
        "experiment: engines used before and after a fork, asyncpg, psycopg and psycopg2, SQLAlchemy 2.0.57 and 2.1.9",
    ),
    scope="file",
)
def dispose_closes_parents_connections(topology: Topology) -> Iterator[Problem]:
    """A forked child calls `dispose()` and closes the connections of its parent.

    After a fork both processes hold the same sockets. The child must forget them, and not close them: a close says goodbye to the
    server, and the server ends the session that the parent is still using. The parent, or its next child, then reads

        asyncpg.exceptions.ConnectionDoesNotExistError: connection was closed in the middle of operation
        sqlalchemy.exc.OperationalError: (psycopg2.OperationalError) server closed the connection unexpectedly

    `dispose(close=False)` gives the child a new, empty pool and leaves the parent's sockets alone. It exists since SQLAlchemy 1.4.33.
    In a hook that is not async, `engine.sync_engine.dispose(close=False)` does it for an async engine.

    ## Bad

    ```python title="tasks.py"
    from celery import Celery
    from celery.signals import worker_process_init
    from sqlalchemy import create_engine

    app = Celery("shop")
    engine = create_engine("postgresql+psycopg2://app@db/shop", pool_pre_ping=True)


    @worker_process_init.connect
    def forget_connections(**kwargs):
        engine.dispose()
    ```

    ## Good

    ```python title="tasks.py"
    from celery import Celery
    from celery.signals import worker_process_init
    from sqlalchemy import create_engine

    app = Celery("shop")
    engine = create_engine("postgresql+psycopg2://app@db/shop", pool_pre_ping=True)


    @worker_process_init.connect
    def forget_connections(**kwargs):
        engine.dispose(close=False)
    ```

    ## How it is decided

    `dispose()` of a pooled engine, without `close=False`, in gunicorn's `post_fork` or `post_worker_init`, uwsgi's `postfork`, or
    celery's `worker_process_init`. It does harm only when the parent has connected before the fork, which is not looked at, so the confidence is medium.

    ## When to ignore it

    When nothing in the parent ever connects; `close=False` is right there too.
    """
    disposals = [each for each in topology.lifetimes if isinstance(each, Disposal)]
    for engine, client in judged(topology):
        if not (is_queue(engine) and is_networked(engine)):
            continue
        for each in disposals:
            if each.engine == engine.at:
                yield Problem(
                    each.at,
                    f"{each.hook} disposes of '{engine.name}'{running_in(client)} and closes connections "
                    "that the parent process still uses",
                    subject=(engine.name, each.hook),
                    label="write dispose(close=False)",
                    notes=(Note(engine.at, "made before the fork", "engine"),),
                    confidence=Confidence.MEDIUM,
                )
