"""Configurations become engines."""

from typing import Protocol

from sqlalchemy import Connection, Engine, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from poollint_lab.configuration import PRELUDE

AnyEngine = Engine | AsyncEngine
AnyConnection = Connection | AsyncConnection


class Entry(Protocol):
    """A function of the application's module that a request may call."""

    def __call__(self) -> object: ...


def load(source: str) -> dict[str, Entry]:
    """Runs a configuration as a module and gives its names."""
    module: dict[str, Entry] = {}
    exec(PRELUDE + source, module)  # noqa: S102  the lab's own configurations
    return module


def engine_of(module: dict[str, Entry]) -> AnyEngine | None:
    engine: object = module.get("engine")
    return engine if isinstance(engine, Engine | AsyncEngine) else None


async def execute(connection: AnyConnection, sql: str) -> object:
    if isinstance(connection, AsyncConnection):
        return (await connection.execute(text(sql))).scalar()
    return connection.execute(text(sql)).scalar()


async def checkout(engine: AnyEngine, sql: str) -> object:
    """One request's work: a connection from the pool, a statement, and back."""
    if isinstance(engine, AsyncEngine):
        async with engine.connect() as connection:
            return await execute(connection, sql)
    with engine.connect() as blocking:
        return await execute(blocking, sql)


async def connect(engine: AnyEngine) -> AnyConnection:
    return await engine.connect() if isinstance(engine, AsyncEngine) else engine.connect()


async def close(connection: AnyConnection) -> None:
    if isinstance(connection, AsyncConnection):
        await connection.close()
    else:
        connection.close()


async def dispose(engine: AnyEngine) -> None:
    if isinstance(engine, AsyncEngine):
        await engine.dispose()
    else:
        engine.dispose()
