"""Pools in force, with SQLAlchemy as the judge where it can build the engine here."""

from collections.abc import Mapping

import pytest
from sqlalchemy import create_engine
from sqlalchemy.ext.asyncio import create_async_engine

from poollint.facts import Pool, Release
from poollint.python.engines.pool_classes import ask_sqlalchemy
from poollint.python.engines.pools import pool_in_force
from poollint.python.engines.urls import read_url
from poollint.source import Span
from poollint.values import (
    Alternative,
    Confidence,
    Default,
    Entry,
    FromEnv,
    Known,
    OneOf,
    Scalar,
    Symbol,
    Text,
    Unknown,
    Value,
    confidence,
    possible,
)

AT = Span("app/db.py", 3, 10, 3, 40)
UNKNOWN = Unknown("argument of a function", AT)
POSTGRES = "postgresql+asyncpg://u@h/d"
FALLBACK = f"{POSTGRES}?async_fallback=true"
POSTGRES_SYNC = "postgresql://h/d"
V20, V21, V14 = Release((2, 0, 44)), Release((2, 1, 0)), Release((1, 4, 54))


YES, NO = True, False


def known(value: Scalar) -> Known:
    return Known(value, AT)


def symbol(name: str) -> Known:
    return known(Symbol(f"sqlalchemy.pool.{name}"))


def pool(
    url: str | Value,
    *,
    is_async: bool = False,
    release: Release = V20,
    more: Unknown | None = None,
    conditions: Mapping[str, str] | None = None,
    **arguments: Value,
) -> Pool:
    value = known(url) if isinstance(url, str) else url
    bases = {
        Symbol("app.db.Mine"): Symbol("app.db.Ours"),
        Symbol("app.db.Ours"): Symbol("sqlalchemy.pool.QueuePool"),
        Symbol("app.db.Loop"): Symbol("app.db.Loop"),
    }
    entries = [Entry(key, given, AT, (conditions or {}).get(key)) for key, given in arguments.items()]
    return pool_in_force(
        read_url(value, AT), entries, is_async=is_async, release=release, base_of=bases.get, more=more
    )


@pytest.mark.parametrize(
    ("url", "is_async", "release", "name"),
    [
        pytest.param("postgresql://h/d", False, V20, "QueuePool", id="queue"),
        pytest.param(POSTGRES, True, V20, "AsyncAdaptedQueuePool", id="async"),
        pytest.param("postgresql+psycopg://h/d", True, V20, "AsyncAdaptedQueuePool", id="psycopg-async"),
        pytest.param("postgresql+psycopg://h/d", False, V20, "QueuePool", id="psycopg-sync"),
        pytest.param("postgresql+psycopg2://h/d", True, V20, "AsyncAdaptedQueuePool", id="refused-anyway"),
        pytest.param("sqlite://", False, V20, "SingletonThreadPool", id="memory"),
        pytest.param("sqlite:///x.db", False, V20, "QueuePool", id="file"),
        pytest.param("sqlite:///x.db", False, V14, "NullPool", id="file-1.4"),
        pytest.param("sqlite+aiosqlite://", True, V20, "StaticPool", id="aiosqlite-memory"),
        pytest.param("sqlite+aiosqlite:///x.db", True, V20, "AsyncAdaptedQueuePool", id="aiosqlite-file"),
        pytest.param("sqlite+aiosqlite:///x.db", True, Release((2, 0, 20)), "NullPool", id="aiosqlite-old"),
        pytest.param(
            POSTGRES + "?async_fallback=true", False, V20, "FallbackAsyncAdaptedQueuePool", id="fallback"
        ),
        pytest.param(
            POSTGRES + "?async_fallback=true", False, V21, "AsyncAdaptedQueuePool", id="fallback-2.1"
        ),
    ],
)
def test_default_class(*, url: str, is_async: bool, release: Release, name: str) -> None:
    cls = pool(url, is_async=is_async, release=release).cls
    assert cls == symbol(name)
    assert confidence(cls) is Confidence.HIGH
    assert isinstance(cls, Known)
    assert isinstance(cls.origin, Default)
    assert cls.origin.of == "SQLAlchemy " + ".".join(map(str, release.numbers[:2]))


@pytest.mark.parametrize(
    ("url", "is_async", "name"),
    [
        pytest.param(UNKNOWN, False, "QueuePool", id="unknown"),
        pytest.param(UNKNOWN, True, "AsyncAdaptedQueuePool", id="unknown-async"),
        pytest.param("postgres://h/d", False, "QueuePool", id="no-dialect"),
        pytest.param("nonsense", False, "QueuePool", id="no-url"),
        pytest.param(FromEnv(("U",), None, "", AT), False, "QueuePool", id="env"),
        pytest.param(FromEnv(("U",), known("sqlite:///x.db"), "", AT), False, "QueuePool", id="env-default"),
        pytest.param(Text(("sqlite:///", UNKNOWN), AT), False, "QueuePool", id="some-file"),
        pytest.param(Text((UNKNOWN, "/d"), AT), False, "QueuePool", id="some-base"),
    ],
)
def test_default_class_that_is_only_likely(*, url: str | Value, is_async: bool, name: str) -> None:
    found = pool(url, is_async=is_async)
    assert found.cls == symbol(name)
    assert confidence(found.cls) is Confidence.MEDIUM
    assert (found.size, confidence(found.size)) == (known(5), Confidence.MEDIUM)


def test_default_class_of_an_unknown_release_is_likely_where_releases_differ() -> None:
    assert confidence(pool("sqlite:///x.db", release=Release(())).cls) is Confidence.MEDIUM
    assert confidence(pool(POSTGRES, release=Release(())).cls) is Confidence.HIGH
    assert pool(POSTGRES + "?async_fallback=1", release=Release(())).cls == symbol(
        "FallbackAsyncAdaptedQueuePool"
    )
    size = pool(POSTGRES, release=Release(())).size
    assert isinstance(size, Known)
    assert str(size.origin) == "default: SQLAlchemy"


@pytest.mark.parametrize(
    ("url", "name"),
    [
        pytest.param(Text(("postgresql+asyncpg://", UNKNOWN, "/d"), AT), "AsyncAdaptedQueuePool", id="text"),
        pytest.param(Text(("mysql+pymysql://", UNKNOWN, "/", UNKNOWN), AT), "QueuePool", id="text-database"),
        pytest.param(Text(("sqlite:///:memory:?a=", UNKNOWN), AT), "SingletonThreadPool", id="text-memory"),
    ],
)
def test_default_class_of_a_text(url: Value, name: str) -> None:
    assert pool(url).cls == symbol(name)
    assert confidence(pool(url).cls) is Confidence.HIGH


def test_default_class_of_a_default_url_and_of_alternatives() -> None:
    env = pool(FromEnv(("U",), known("sqlite://"), "", AT))
    assert env.cls == FromEnv(("U",), symbol("SingletonThreadPool"), "pool class of the URL", AT)
    assert env.overflow == FromEnv(("U",), known(None), "max_overflow of the pool class", AT)
    either = pool(
        OneOf((Alternative(known("sqlite://"), "x"), Alternative(known("postgresql://h"), "not x")))
    )
    assert either.cls == OneOf(
        (Alternative(symbol("SingletonThreadPool"), "x"), Alternative(symbol("QueuePool"), "not x"))
    )
    assert either.overflow == OneOf((Alternative(known(None), "x"), Alternative(known(10), "not x")))


def test_defaults() -> None:
    assert pool(POSTGRES) == Pool(
        symbol("AsyncAdaptedQueuePool"),
        known(5),
        known(10),
        known(30),
        known(-1),
        known(NO),
        known(NO),
        known("rollback"),
    )
    assert pool(POSTGRES, poolclass=symbol("NullPool")) == Pool(
        symbol("NullPool"),
        known(None),
        known(None),
        known(None),
        known(-1),
        known(NO),
        known(None),
        known("rollback"),
    )


def test_arguments_are_in_force_where_the_class_has_them() -> None:
    size = FromEnv(("POOL",), known(5), "int", AT)
    found = pool(POSTGRES, pool_size=size, pool_recycle=known(300), pool_pre_ping=known(YES))
    assert (found.size, found.recycle, found.pre_ping, found.overflow) == (
        size,
        known(300),
        known(YES),
        known(10),
    )
    assert pool(POSTGRES, pool_size=known(20), poolclass=symbol("StaticPool")).size == known(None)
    one = OneOf((Alternative(symbol("NullPool"), "t"), Alternative(known(None), "not t")))
    assert pool(POSTGRES, pool_size=known(20), poolclass=one).size == OneOf(
        (Alternative(known(None), "t"), Alternative(known(20), "not t"))
    )


@pytest.mark.parametrize(
    ("cls", "found"),
    [
        pytest.param(known(Symbol("app.db.Mine")), symbol("QueuePool"), id="subclass"),
        pytest.param(known(Symbol("sqlalchemy.NullPool")), symbol("NullPool"), id="reexported"),
        pytest.param(known(Symbol("sqlalchemy.pool.impl.NullPool")), symbol("NullPool"), id="inner"),
        pytest.param(known(None), symbol("QueuePool"), id="none"),
        pytest.param(
            known(Symbol("app.db.Loop")), Unknown("a pool class that is not SQLAlchemy's", AT), id="loop"
        ),
        pytest.param(
            known(Symbol("sqlalchemy.Engine")),
            Unknown("a pool class that is not SQLAlchemy's", AT),
            id="other",
        ),
        pytest.param(known("NullPool"), Unknown("a pool class that is not SQLAlchemy's", AT), id="text"),
        pytest.param(UNKNOWN, UNKNOWN, id="unknown"),
    ],
)
def test_class_given(cls: Value, found: Value) -> None:
    assert pool("postgresql://h", poolclass=cls).cls == found


@pytest.mark.parametrize(
    ("class_under", "size_under", "cls", "size"),
    [
        pytest.param("testing", "not testing", ["NullPool", "QueuePool"], [None, 20], id="arms"),
        pytest.param("a.b == 1", "not (a.b == 1)", ["NullPool", "QueuePool"], [None, 20], id="comparison"),
        pytest.param("not a == 1", "a == 1", ["NullPool", "QueuePool"], [None, 20], id="bare-not"),
        pytest.param("not testing", "testing", ["NullPool", "QueuePool"], [None, 20], id="turned"),
        pytest.param("not (a > 1)", "a > 1", ["NullPool", "QueuePool"], [None, 20], id="turned-comparison"),
        pytest.param("testing", "testing", ["NullPool", "QueuePool"], [None, 5], id="together"),
        pytest.param("testing", "other", ["NullPool", "QueuePool"], [None, 20, 5], id="independent"),
        pytest.param("", "", ["NullPool", "QueuePool"], [None, 20, 5], id="no-text"),
        pytest.param(None, "other", ["NullPool"], [None], id="only-size"),
    ],
)
def test_conditions(class_under: str | None, size_under: str, cls: list[str], size: list[int | None]) -> None:
    conditions = {"pool_size": size_under} | ({} if class_under is None else {"poolclass": class_under})
    found = pool(POSTGRES_SYNC, poolclass=symbol("NullPool"), pool_size=known(20), conditions=conditions)
    assert possible(found.cls) == tuple(map(symbol, cls))
    assert possible(found.size) == tuple(map(known, size))


def test_a_size_under_a_condition() -> None:
    found = pool(POSTGRES_SYNC, pool_size=known(20), conditions={"pool_size": "big"})
    assert found.size == OneOf((Alternative(known(20), "big"), Alternative(known(5), "not big")))


def test_what_a_splat_or_a_pool_may_hold_is_unknown() -> None:
    more = Unknown("keywords of the caller", AT)
    found = pool(POSTGRES, more=more, pool_size=known(3))
    assert (found.cls, found.size, found.recycle) == (more, known(3), more)
    given = pool("postgresql://h", more=more, poolclass=symbol("QueuePool"), pool_size=known(3))
    assert (given.size, given.overflow) == (known(3), more)
    assert pool("postgresql://h", pool=UNKNOWN).size == Unknown("the pool is made elsewhere", AT)
    assert pool("postgresql://h", pool=known(None)).size == known(5)


def test_a_url_that_sqlalchemy_cannot_read_has_no_class() -> None:
    assert ask_sqlalchemy("x", is_async=False) is None
    assert ask_sqlalchemy("postgresql://h:x/d", is_async=False) is None


@pytest.mark.parametrize(
    "url",
    [
        "postgresql+psycopg2://h/d",
        "postgresql+psycopg://h/d",
        "mysql+pymysql://h/d",
        "sqlite://",
        "sqlite:///x",
    ],
)
def test_sqlalchemy_agrees(url: str) -> None:
    real = create_engine(url).pool
    found = pool(url, release=V21)
    assert found.cls == symbol(type(real).__name__)
    assert found.recycle == known(real._recycle)  # noqa: SLF001
    if found.overflow != known(None):
        assert found.overflow == known(vars(real)["_max_overflow"])


@pytest.mark.parametrize(
    "url",
    [POSTGRES, "postgresql://h/d", "mysql+aiomysql://h/d", "sqlite+aiosqlite://", "sqlite+aiosqlite:///x"],
)
def test_sqlalchemy_agrees_about_async_engines(url: str) -> None:
    assert pool(url, release=V21, is_async=True).cls == symbol(type(create_async_engine(url).pool).__name__)
