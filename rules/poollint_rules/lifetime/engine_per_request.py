from collections.abc import Iterator

from poollint.facts import Dependency, Engine, Made
from poollint.rule import Problem, Severity, rule
from poollint.topology import Client, Topology
from poollint.values import Confidence
from poollint_rules.engines import is_long_running, is_networked, is_queue, judged, pool_kind, running_in

OFTEN = {
    Made.HANDLER: "request",
    Made.TASK: "run of its task",
    Made.FUNCTION_HANDLER: "invocation of its function",
}


@rule(
    code="POOL301",
    severity=Severity.ERROR,
    since="0.1.0",
    sources=("https://docs.sqlalchemy.org/en/20/core/connections.html#basic-usage",),
    scope="file",
)
def engine_per_request(topology: Topology) -> Iterator[Problem]:
    """A new engine is made for every request, task or invocation.

    An engine *is* the pool. Made inside a handler it pools nothing: every call connects anew, and the connection of the call
    before stays open in a pool that nobody will ask again, until the garbage collector finds it. Under load the database runs out:

        FATAL: sorry, too many clients already
        FATAL: remaining connection slots are reserved for non-replication superuser connections

    An async engine that is dropped like this also leaves in the log

        SAWarning: The garbage collector is trying to clean up non-checked-in connection <AdaptedConnection ...>, which will be terminated.

    SQLAlchemy means an engine to be made once in a process and used by everything in it.

    ## Bad

    ```python title="app.py"
    import os

    from fastapi import FastAPI
    from sqlalchemy import create_engine, text

    app = FastAPI()


    @app.get("/orders")
    def orders():
        engine = create_engine(os.environ["DATABASE_URL"], pool_pre_ping=True)
        with engine.connect() as connection:
            return connection.execute(text("SELECT count(*) FROM orders")).scalar()
    ```

    ## Good

    ```python title="app.py"
    import os

    from fastapi import FastAPI
    from sqlalchemy import create_engine, text

    app = FastAPI()
    engine = create_engine(os.environ["DATABASE_URL"], pool_pre_ping=True)


    @app.get("/orders")
    def orders():
        with engine.connect() as connection:
            return connection.execute(text("SELECT count(*) FROM orders")).scalar()
    ```

    ## How it is decided

    The call stands in a function that a decorator makes a request handler or a task, in a dependency of handlers (`Depends(get_db)`,
    `Provide(get_db)`), or in the handler of a cloud function, and nothing keeps the result: no `lru_cache`, no module global behind a guard, no lifespan.

    - *Error* when the engine keeps connections and the function does not dispose of it: each call leaves some behind.
    - *Warning* for a request handler with NullPool or `dispose()`: nothing is left behind, but each request pays for a connect, about
      eleven times a pooled checkout.
    - Silent for a task or a cloud function that disposes of its engine or uses NullPool: that is how an async engine lives in a
      loop of its own; see `engine-shared-by-event-loops`.

    Tests, migrations, scripts and jobs are exempt, and so is SQLite.

    ## When to ignore it

    When the handler is called so rarely that a connect does not matter (an administrator's button) and disposes of the engine.
    """
    asked = {(each.engine, each.made_for) for each in topology.lifetimes if isinstance(each, Dependency)}
    for engine, client in judged(topology):
        made = Made.HANDLER if (engine.at, engine.made_for) in asked else engine.made
        if made not in OFTEN or not (is_long_running(engine, client) and is_networked(engine)):
            continue
        keeps = is_queue(engine) and not engine.disposed
        if keeps or (made is Made.HANDLER and _keeps_nothing(engine)):
            yield _problem(topology, engine, client, made, keeps=keeps)


def _keeps_nothing(engine: Engine) -> bool:
    return engine.disposed or pool_kind(engine) == "none"


def _problem(
    topology: Topology, engine: Engine, client: Client | None, made: Made, *, keeps: bool
) -> Problem:
    often = OFTEN[made]
    what = "leaves its connections behind" if keeps else "connects anew"
    named = any(handler.at.path == engine.at.path for handler in topology.handlers)
    certain = made is not Made.FUNCTION_HANDLER or named
    return Problem(
        engine.at,
        f"'{engine.name}'{running_in(client)} is made again for every {often}, and each time {what}",
        subject=(engine.name,),
        label=f"once a {often}",
        confidence=Confidence.HIGH if certain else Confidence.MEDIUM,
        severity=None if keeps else Severity.WARNING,
    )
