"""SQLAlchemy's pool classes: what they take when nothing is given, and which dialect takes which.

As SQLAlchemy 2.1.9 has them (the tests ask the installed one); importing it would cost more than all
other work on a project of ordinary size.
"""

from collections.abc import Mapping
from functools import cache

from poollint.python.engines import url_parts

QUEUE = "QueuePool"
ASYNC_QUEUE = "AsyncAdaptedQueuePool"

_ALL: Mapping[str, str | int | bool] = {"recycle": -1, "pre_ping": False, "reset_on_return": "rollback"}
_SIZED: Mapping[str, str | int | bool] = {
    **_ALL,
    "pool_size": 5,
    "max_overflow": 10,
    "timeout": 30,
    "use_lifo": False,
}
DEFAULTS: Mapping[str, Mapping[str, str | int | bool]] = {
    "AssertionPool": _ALL,
    ASYNC_QUEUE: _SIZED,
    "NullPool": _ALL,
    QUEUE: _SIZED,
    "SingletonThreadPool": {**_ALL, "pool_size": 5},
    "StaticPool": _ALL,
}
"""The constructor's keywords that matter, of every class in `sqlalchemy.pool`, and what they are when not
given. The default of `reset_on_return` is True, which means `rollback`."""

_MYSQL = ("", "cymysql", "mariadbconnector", "mysqlconnector", "mysqldb", "pymysql", "pyodbc")
_DRIVERS: Mapping[str, tuple[str, ...]] = {
    "mariadb": _MYSQL,
    "mssql": ("", "pymssql", "pyodbc"),
    "mysql": _MYSQL,
    "oracle": ("", "cx_oracle", "oracledb"),
    "postgresql": ("", "pg8000", "psycopg", "psycopg2", "psycopg2cffi"),
}
SYNC = frozenset(f"{name}+{each}".removesuffix("+") for name, drivers in _DRIVERS.items() for each in drivers)
"""Drivers of URLs whose dialects take `QueuePool`."""
ASYNC = frozenset(
    {
        *("mariadb+aiomysql", "mariadb+asyncmy", "mssql+aioodbc"),
        *("mysql+aiomysql", "mysql+asyncmy", "postgresql+asyncpg"),
    }
)
"""Drivers of URLs whose dialects take `AsyncAdaptedQueuePool`."""
IN_MEMORY: Mapping[str, tuple[str, str]] = {
    "sqlite": ("SingletonThreadPool", QUEUE),
    "sqlite+pysqlite": ("SingletonThreadPool", QUEUE),
    "sqlite+aiosqlite": ("StaticPool", ASYNC_QUEUE),
}
"""Drivers of URLs whose dialects take one class for a database in memory, another for a file."""


@cache
def class_for(text: str, *, is_async: bool) -> str | None:
    """The class that SQLAlchemy takes for a URL; None for no URL, and for a dialect it does not have."""
    url = url_parts.whole(text)
    if url is None:
        return None
    if url.driver in IN_MEMORY:
        memory, file = IN_MEMORY[url.driver]
        is_file = url.database not in {None, "", ":memory:"} and ("mode", "memory") not in url.query
        name: str | None = file if is_file else memory
    elif url.driver in ASYNC:
        name = ASYNC_QUEUE
    else:
        name = QUEUE if url.driver in SYNC else ask_sqlalchemy(text, is_async=is_async)
    return ASYNC_QUEUE if is_async and name == QUEUE else name


def ask_sqlalchemy(url: str, *, is_async: bool) -> str | None:
    """What the installed SQLAlchemy says to the same question."""
    import warnings  # noqa: PLC0415 - late: for dialects of other packages only

    from sqlalchemy.engine import make_url  # noqa: PLC0415
    from sqlalchemy.engine.default import DefaultDialect  # noqa: PLC0415
    from sqlalchemy.exc import ArgumentError, NoSuchModuleError  # noqa: PLC0415

    try:
        parsed = make_url(url)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about deprecated URLs: not ours
            dialect = parsed.get_dialect(_is_async=is_async)
            name = dialect.get_pool_class(parsed).__name__ if issubclass(dialect, DefaultDialect) else QUEUE
    except (ArgumentError, NoSuchModuleError, ValueError):
        return None
    return ASYNC_QUEUE if is_async and name == QUEUE else name
