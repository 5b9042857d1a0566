"""Which calls make an engine, under every name by which they can be imported."""

from collections.abc import Mapping

CREATE = "sqlalchemy.create_engine"
CREATE_ASYNC = "sqlalchemy.ext.asyncio.create_async_engine"
FROM_CONFIG = "sqlalchemy.engine_from_config"
ASYNC_FROM_CONFIG = "sqlalchemy.ext.asyncio.async_engine_from_config"
POOL = "sqlalchemy.create_pool_from_url"
ASYNC_POOL = "sqlalchemy.ext.asyncio.create_async_pool_from_url"
WRAPPER = "sqlalchemy.ext.asyncio.AsyncEngine"
FLASK = "flask_sqlalchemy.SQLAlchemy"
ADVANCED_SYNC = "advanced_alchemy.config.SQLAlchemySyncConfig"
ADVANCED_ASYNC = "advanced_alchemy.config.SQLAlchemyAsyncConfig"

_ADVANCED = (
    "advanced_alchemy.config",
    "advanced_alchemy.config.asyncio",
    "advanced_alchemy.config.sync",
    "advanced_alchemy.extensions.litestar",
    "advanced_alchemy.extensions.fastapi",
    "advanced_alchemy.extensions.starlette",
    "advanced_alchemy.extensions.flask",
    "advanced_alchemy.extensions.sanic",
    "litestar.plugins.sqlalchemy",
    "litestar.contrib.sqlalchemy.plugins",
    "litestar.contrib.sqlalchemy",
)
MAKERS: Mapping[str, str] = {
    CREATE: CREATE,
    "sqlalchemy.engine.create_engine": CREATE,
    "sqlalchemy.engine.create.create_engine": CREATE,
    "sqlalchemy.future.create_engine": CREATE,
    "sqlalchemy.future.engine.create_engine": CREATE,
    "sqlmodel.create_engine": CREATE,
    CREATE_ASYNC: CREATE_ASYNC,
    "sqlalchemy.ext.asyncio.engine.create_async_engine": CREATE_ASYNC,
    "sqlmodel.ext.asyncio.create_async_engine": CREATE_ASYNC,
    FROM_CONFIG: FROM_CONFIG,
    "sqlalchemy.engine.engine_from_config": FROM_CONFIG,
    "sqlalchemy.engine.create.engine_from_config": FROM_CONFIG,
    "sqlmodel.engine_from_config": FROM_CONFIG,
    ASYNC_FROM_CONFIG: ASYNC_FROM_CONFIG,
    "sqlalchemy.ext.asyncio.engine.async_engine_from_config": ASYNC_FROM_CONFIG,
    POOL: POOL,
    "sqlalchemy.engine.create_pool_from_url": POOL,
    ASYNC_POOL: ASYNC_POOL,
    WRAPPER: WRAPPER,
    "sqlalchemy.ext.asyncio.engine.AsyncEngine": WRAPPER,
    "sqlmodel.ext.asyncio.session.AsyncEngine": WRAPPER,
    FLASK: FLASK,
    "flask_sqlalchemy.extension.SQLAlchemy": FLASK,
    **{f"{module}.SQLAlchemyAsyncConfig": ADVANCED_ASYNC for module in _ADVANCED},
    **{f"{module}.SQLAlchemySyncConfig": ADVANCED_SYNC for module in _ADVANCED},
}
"""An importable name -> the name that SQLAlchemy (or the extension) documents."""

ASYNC = frozenset({CREATE_ASYNC, ASYNC_FROM_CONFIG, ASYNC_POOL, ADVANCED_ASYNC})
CONFIGURED = frozenset({FROM_CONFIG, ASYNC_FROM_CONFIG})
ADVANCED = frozenset({ADVANCED_SYNC, ADVANCED_ASYNC})

NEEDLES = (
    b"create_engine",
    b"create_async_engine",
    b"engine_from_config",
    b"create_pool_from_url",
    b"create_async_pool_from_url",
    b"SQLAlchemy(",
    b"SQLALCHEMY_",
    b"SQLAlchemyAsyncConfig",
    b"SQLAlchemySyncConfig",
)
"""What a Python file that makes an engine has at least one of."""
_WORDS = tuple(needle.decode() for needle in NEEDLES)


def mentioned(text: str) -> bool:
    """Whether a file may make an engine: it holds one of `NEEDLES`."""
    return any(word in text for word in _WORDS)


TO_INT = frozenset({"pool_size", "max_overflow", "pool_recycle", "pool_timeout"})
"""Keys that `engine_from_config` makes numbers of. `pool_pre_ping` and `pool_use_lifo` stay texts.

Source: `DefaultDialect.engine_config_types` of SQLAlchemy 2.0 and 2.1, and an experiment.
"""

PACKAGES: Mapping[str, tuple[str, ...]] = {
    "asyncpg": ("asyncpg",),
    "psycopg": ("psycopg", "psycopg-binary"),
    "psycopg_async": ("psycopg", "psycopg-binary"),
    "psycopg2": ("psycopg2-binary", "psycopg2"),
    "psycopg2cffi": ("psycopg2cffi",),
    "pg8000": ("pg8000",),
    "aiomysql": ("aiomysql",),
    "asyncmy": ("asyncmy",),
    "pymysql": ("pymysql",),
    "mysqldb": ("mysqlclient",),
    "mysqlconnector": ("mysql-connector-python",),
    "aiosqlite": ("aiosqlite",),
    "oracledb": ("oracledb",),
    "cx_oracle": ("cx-oracle",),
    "pyodbc": ("pyodbc",),
    "aioodbc": ("aioodbc",),
}
"""A driver's name in a URL -> the packages that bring it, the likeliest first."""
