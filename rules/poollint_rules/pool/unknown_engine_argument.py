from collections.abc import Iterator
from functools import cache

from poollint.catalogue.drivers import driver_of_scheme, drivers
from poollint.catalogue.pools import engine_arguments, engine_defaults, pool_arguments
from poollint.facts import Argument, Engine
from poollint.rule import Problem, Severity, rule
from poollint.topology import Topology
from poollint.values import Confidence, Known, confidence
from poollint_rules.engines import judged


@rule(
    code="POOL203",
    severity=Severity.ERROR,
    since="0.1.0",
    sources=(
        "https://docs.sqlalchemy.org/en/20/core/engines.html#sqlalchemy.create_engine",
        "experiment: 93 configurations of create_async_engine, SQLAlchemy 2.0.57 and 2.1.9",
    ),
    scope="file",
)
def unknown_engine_argument(topology: Topology) -> Iterator[Problem]:
    """An argument that neither create_engine, the dialect nor the pool takes, or no number where one must be.

    SQLAlchemy checks the names when the engine is created:

        TypeError: Invalid argument(s) 'poolsize' sent to create_engine(), using configuration PGDialect_asyncpg/AsyncAdaptedQueuePool/Engine.  Please check that the keyword arguments are appropriate for this combination of components.

    `statement_cache_size`, `server_settings` and other options of the driver belong into `connect_args`; at the top level they
    fail in the same way. Numbers given as text fail too, and so does `None`, some at once and some only when the pool is used:

        TypeError: unsupported operand type(s) for -: 'int' and 'str'
        TypeError: '>' not supported between instances of 'str' and 'int'
        TypeError: '>' not supported between instances of 'NoneType' and 'int'

    `pool_timeout=None` is the exception: it waits without limit (`waits-forever-for-connection`). To switch recycling off,
    leave `pool_recycle` out or give -1.

    ## Bad

    ```python title="db.py"
    import os

    from sqlalchemy import create_engine

    engine = create_engine(os.environ["DATABASE_URL"], poolsize=5, pool_pre_ping=True)
    ```

    ## Good

    ```python title="db.py"
    import os

    from sqlalchemy import create_engine

    engine = create_engine(os.environ["DATABASE_URL"], pool_size=5, pool_pre_ping=True)
    ```

    ## How it is decided

    The names are those of SQLAlchemy 2.0 and 2.1 and, where the driver is known, of its dialect. With an unknown driver
    an argument of any dialect in the catalogue passes, and other names lower the confidence: a dialect of a third
    party may take them. Calls of `engine_from_config` convert their numbers and are not judged by type.

    ## When to ignore it

    When a dialect of a third party takes the argument.
    """
    for engine, _ in judged(topology):
        for argument in engine.arguments:
            taken = _taken(engine)
            if argument.name not in taken:
                yield _unknown(engine, argument, taken)
            elif (kind := _no_number(argument)) and not _converts(engine, argument):
                yield Problem(
                    argument.at,
                    f"'{engine.name}' gets {kind} as {argument.name}, not a number: TypeError",
                    subject=(engine.name, argument.name),
                    label=f"{kind}, not a number",
                    confidence=confidence(argument.value),
                )


def _unknown(engine: Engine, argument: Argument, taken: frozenset[str]) -> Problem:
    from difflib import get_close_matches  # noqa: PLC0415 - late: only for a mistake

    near = get_close_matches(argument.name, sorted(taken), n=1, cutoff=0.75)
    hint = "it belongs into connect_args" if argument.name in _driver_arguments() else ""
    hint = hint or (f"did you mean {near[0]}?" if near else "")
    certain = _scheme_is_known(engine) or bool(hint)
    return Problem(
        argument.at,
        f"'{engine.name}' gets {argument.name}, which neither create_engine, the dialect nor the pool takes"
        + (f" ({hint})" if hint else ""),
        subject=(engine.name, argument.name),
        label=hint or "unknown argument",
        confidence=Confidence.HIGH if certain else Confidence.LOW,
    )


def _scheme(engine: Engine) -> str:
    driver = engine.url.driver
    return driver.value if isinstance(driver, Known) and isinstance(driver.value, str) else ""


def _scheme_is_known(engine: Engine) -> bool:
    return driver_of_scheme(_scheme(engine)) is not None


@cache
def _driver_arguments() -> frozenset[str]:
    return frozenset(name for each in drivers().values() for name in each.arguments)


def _taken(engine: Engine) -> frozenset[str]:
    driver = driver_of_scheme(_scheme(engine))
    dialects = drivers().values() if driver is None else (driver,)
    own = {name for each in dialects for name in each.engine_arguments}
    return engine_arguments() | pool_arguments() | own | {"url", "name_or_url"}


def _no_number(argument: Argument) -> str:
    """`a text` or `None` where SQLAlchemy computes with the argument, else nothing."""
    defaults, value = engine_defaults(), argument.value
    if argument.name not in defaults.numbers or not isinstance(value, Known):
        return ""
    if isinstance(value.value, str):
        return "a text"
    return "None" if value.value is None and argument.name not in defaults.may_be_none else ""


def _converts(engine: Engine, argument: Argument) -> bool:
    return "from_config" in engine.callee and argument.name in engine_defaults().from_config
