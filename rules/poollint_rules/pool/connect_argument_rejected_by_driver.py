from collections.abc import Iterator

from poollint.catalogue.drivers import connect_argument, driver
from poollint.facts import Argument, Engine
from poollint.rule import Problem, Severity, rule
from poollint.topology import Topology
from poollint.values import Known, Record, Symbol, Unknown, Value, confidence, possible
from poollint_rules.drivers import driver_name
from poollint_rules.engines import is_exactly, judged


@rule(
    code="POOL208",
    severity=Severity.ERROR,
    since="0.1.0",
    sources=(
        "experiment: connect_args on real connects, SQLAlchemy 2.0.57 and 2.1.9 with asyncpg, psycopg, psycopg2 and pg8000",
    ),
    scope="file",
)
def connect_argument_rejected_by_driver(topology: Topology) -> Iterator[Problem]:
    """A key of `connect_args` that the driver refuses: every connection fails.

    `connect_args` go to the driver's `connect()` as they are. The engine is created without a word, and the *first connect* fails:

        TypeError: connect() got an unexpected keyword argument 'sslmode'
        sqlalchemy.exc.ProgrammingError: (psycopg.ProgrammingError) invalid connection option "server_settings"
        asyncpg.exceptions._base.ClientConfigurationError: server_settings is expected to be None or a Dict[str, str]

    It happens when a project changes its driver and keeps the arguments. asyncpg takes `ssl`, `timeout`, `command_timeout`,
    `server_settings` and the statement caches; psycopg and psycopg2 take libpq's keywords such as `sslmode`, `connect_timeout`,
    `options` and `keepalives_idle`.

    ## Bad

    ```python title="db.py"
    from sqlalchemy.ext.asyncio import create_async_engine

    engine = create_async_engine(
        "postgresql+asyncpg://app@db/shop",
        pool_pre_ping=True,
        connect_args={"sslmode": "require"},
    )
    ```

    ## Good

    ```python title="db.py"
    from sqlalchemy.ext.asyncio import create_async_engine

    engine = create_async_engine(
        "postgresql+asyncpg://app@db/shop",
        pool_pre_ping=True,
        connect_args={"ssl": "require"},
    )
    ```

    ## How it is decided

    By lists of what each driver accepted and refused on real servers. asyncpg's `server_settings` must be a dictionary of
    texts, its cache sizes and its timeout numbers. psycopg and psycopg2 hand nothing on that is None. A key that was not tried, or that is given on a condition, and a driver that is not known, give no
    finding.

    ## When to ignore it

    When a `do_connect` listener or a creator takes the key away.
    """
    for engine, _ in judged(topology):
        name = driver_name(engine)
        if name is None:
            continue
        for argument in engine.connect_args:
            why = "" if _is_optional(argument) else _refusal(name, argument)
            if why:
                yield _problem(engine, argument, f"which {name} refuses at the first connect: {why}")


def _is_optional(argument: Argument) -> bool:
    """Whether the argument is given on a condition: the code may give each driver what it takes."""
    leaves = possible(argument.value)
    return len(leaves) > 1 and any(isinstance(leaf, Unknown) for leaf in leaves)


def _refusal(name: str, argument: Argument) -> str:
    answer, one = connect_argument(name, argument.name), driver(name)
    if one.drops_none and is_exactly(argument.value, None):
        return ""
    if answer.verdict == "rejected":
        return answer.message
    if argument.name in one.texts and (wrong := _no_text(argument)):
        return f"{wrong} must be a text"
    if not _is_text(argument.value):
        return ""
    kinds = {"a number": one.integers, "a function": one.functions, "a dictionary": one.texts}
    return next(
        (f"{argument.name} must be {kind}" for kind, names in kinds.items() if argument.name in names), ""
    )


def _no_text(argument: Argument) -> str:
    if isinstance(argument.value, Record):
        for entry in argument.value.entries:
            if isinstance(entry.value, Known) and not isinstance(entry.value.value, str | Symbol):
                return f"{argument.name}['{entry.key}']"
    return ""


def _is_text(value: Value) -> bool:
    return isinstance(value, Known) and isinstance(value.value, str)


def _problem(engine: Engine, argument: Argument, what: str) -> Problem:
    return Problem(
        argument.at,
        f"'{engine.name}' has {argument.name} in connect_args, {what}",
        subject=(engine.name, argument.name),
        label="refused by the driver",
        confidence=confidence(engine.url.driver),
    )
