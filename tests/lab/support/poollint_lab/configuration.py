"""Engine configurations as Python source: run here, and read by the linter elsewhere.

They name the hosts `db.internal:5432` and `mariadb.internal:3306`; the lab puts its own ports there.
"""

PRELUDE = """\
import asyncio
from uuid import uuid4

from sqlalchemy import create_engine, engine_from_config, event, text
from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    async_engine_from_config,
    create_async_engine,
)
from sqlalchemy.pool import (
    AssertionPool,
    AsyncAdaptedQueuePool,
    NullPool,
    QueuePool,
    SingletonThreadPool,
    StaticPool,
)

"""
POSTGRES_HOST = "db.internal:5432"
MARIADB_HOST = "mariadb.internal:3306"
ASYNCPG = f"postgresql+asyncpg://app:secret@{POSTGRES_HOST}/appdb"
PSYCOPG = f"postgresql+psycopg://app:secret@{POSTGRES_HOST}/appdb"
PSYCOPG2 = f"postgresql+psycopg2://app:secret@{POSTGRES_HOST}/appdb"
AIOMYSQL = f"mysql+aiomysql://app:secret@{MARIADB_HOST}/appdb"
PYMYSQL = f"mysql+pymysql://app:secret@{MARIADB_HOST}/appdb"
ASYNCPG_UNPREPARED = 'connect_args={"statement_cache_size": 0, "prepared_statement_cache_size": 0}'
PSYCOPG_UNPREPARED = 'connect_args={"prepare_threshold": None}'


def engine(url: str, arguments: str = "") -> str:
    """Source that makes the engine as an application would."""
    asynchronous = any(f"+{driver}:" in url for driver in ("asyncpg", "psycopg", "aiomysql"))
    make = "create_async_engine" if asynchronous else "create_engine"
    return f'engine = {make}("{url}"{", " * bool(arguments)}{arguments})\n'


def aimed_at(source: str, port: int) -> str:
    """The same source, pointed at a server on this machine."""
    for host in (POSTGRES_HOST, MARIADB_HOST):
        source = source.replace(host, f"127.0.0.1:{port}")
    return source
