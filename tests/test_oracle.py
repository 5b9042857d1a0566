"""SQLAlchemy itself says what pool it makes of the arguments that the fixtures give, and we say the same.

Making an engine connects to nothing. What is not a constant cannot be given to SQLAlchemy; such engines
are left out, and a test below counts those that are not.
"""

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from sqlalchemy import create_engine
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import Pool, QueuePool

from poollint.cli.settings import settings
from poollint.facts import Engine
from poollint.project import open_project
from poollint.run import understand
from poollint.values import Known, Scalar, Symbol, Value

FIXTURES = Path(__file__).parent.parent / "fixtures"
POOL_ARGUMENTS = frozenset(
    {
        "poolclass", "pool_size", "max_overflow", "pool_timeout", "pool_recycle", "pool_pre_ping",
        "pool_use_lifo", "pool_reset_on_return",
    }
)  # fmt: skip


def engines() -> Iterator[tuple[str, Engine]]:
    """Every engine as it runs in every environment of every fixture, with a name for the test."""
    for folder in sorted(each for each in FIXTURES.iterdir() if each.is_dir()):
        chosen = settings((str(folder),), None, {}, isolated=False)
        project = open_project(str(folder), (str(folder),), exclude=chosen.config.exclude)
        for topology in understand(project, chosen.config):
            for engine, client in topology.in_force():
                where = "nowhere" if client is None else client.workload.label
                yield f"{folder.name}: {engine.name} in {where}", engine


class NotConstantError(Exception):
    """A value that no file tells."""


def constant(value: Value) -> Scalar:
    """A value that SQLAlchemy can be given. Raises NotConstantError for one that no file tells."""
    match value:
        case Known():
            return value.value
        case _:
            raise NotConstantError(value)


def imported(name: str) -> object:
    module, _, attribute = name.rpartition(".")
    return getattr(import_module(module), attribute)


def arguments(engine: Engine) -> dict[str, object] | None:
    """What the call gives to the pool; None when that is not constant."""
    try:
        given = {each.name: constant(each.value) for each in engine.arguments if each.name in POOL_ARGUMENTS}
        constant(engine.pool.cls)
    except NotConstantError:
        return None
    return {
        name: imported(value.name) if isinstance(value, Symbol) else value for name, value in given.items()
    }


def real_pool(engine: Engine, given: dict[str, object]) -> Pool:
    """The pool that SQLAlchemy makes. Where the URL is a secret, a usual driver stands in for its own."""
    usual = Known("postgresql+asyncpg" if engine.is_async else "postgresql+psycopg", engine.at)
    driver = engine.url.driver if isinstance(engine.url.driver, Known) else usual
    url = f"{constant(driver)}://someone@nowhere.invalid/nothing"
    if engine.is_async:
        return create_async_engine(url, **given).pool
    return create_engine(url, **given).pool


EVERY = list(engines())
CONSTANT = [
    pytest.param(engine, given, id=name) for name, engine in EVERY if (given := arguments(engine)) is not None
]


@pytest.mark.parametrize(("engine", "given"), CONSTANT)
def test_the_pool_is_the_one_that_we_say(engine: Engine, given: dict[str, object]) -> None:
    pool = real_pool(engine, given)

    said = engine.pool
    assert constant(said.cls) == Symbol(f"sqlalchemy.pool.{type(pool).__name__}")
    assert constant(said.recycle) == vars(pool)["_recycle"]
    assert constant(said.pre_ping) == vars(pool)["_pre_ping"]
    if isinstance(pool, QueuePool):
        assert constant(said.size) == pool.size()
        # SQLAlchemy forgets the overflow of a pool without limit; we keep what the file says.
        overflow = -1 if pool.size() == 0 else constant(said.overflow)
        assert overflow == vars(pool)["_max_overflow"]
        assert constant(said.timeout) == pool.timeout()


def test_most_engines_of_the_fixtures_are_compared() -> None:
    assert len(CONSTANT) >= 20
    assert len(CONSTANT) >= 0.75 * len(EVERY)


def test_both_kinds_and_several_drivers_are_compared() -> None:
    compared = [engine for _, engine in EVERY if arguments(engine) is not None]

    assert {engine.is_async for engine in compared} == {True, False}
    assert {getattr(engine.url.driver, "value", None) for engine in compared} >= {
        "postgresql+asyncpg", "postgresql+psycopg", "postgresql+psycopg2", "mysql+pymysql",
    }  # fmt: skip
