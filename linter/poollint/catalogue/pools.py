"""SQLAlchemy's own rules: pool classes, defaults, engine arguments, configuration keys."""

from collections.abc import Mapping
from dataclasses import field
from functools import cache
from typing import Literal

from poollint.catalogue.drivers import words
from poollint.catalogue.loader import Sourced, records
from poollint.frozen import frozen


@frozen(kw_only=True)
class PoolClass(Sourced):
    """One class of `sqlalchemy.pool`.

    `accepts` are the pool arguments of create_engine that it takes; every other of
    `pool_arguments` is a TypeError in create_engine, but for those that the engine itself takes.
    `ignores` are taken without effect. `kind` is what the class does with connections.
    """

    kind: Literal["queue", "none", "static", "assertion", "thread"]
    accepts: tuple[str, ...]
    rejects: tuple[str, ...] = ()
    ignores: tuple[str, ...] = ()
    sync_engine: bool
    async_engine: bool
    removed: str = ""


@frozen(kw_only=True)
class EngineDefaults(Sourced):
    """What create_engine and create_async_engine do when nothing is given, since 2.0.

    `bare_schemes` maps a scheme without driver to the driver by SQLAlchemy's version; `from_config` are
    the keys that engine_from_config converts, `not_from_config` those that it leaves as text.
    `numbers` are the arguments that fail as text, and as None but for `may_be_none`. `dead_schemes`
    are those of which no dialect is left since SQLAlchemy `dead_since`; `no_schemes` never had one,
    and stand with what was meant. `unlimited` are the values that take a queue's limit away.
    """

    pool_size: int
    max_overflow: int
    pool_timeout: float
    pool_recycle: int
    pool_pre_ping: bool
    pool_use_lifo: bool
    pool_reset_on_return: str
    bare_schemes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    from_config: tuple[str, ...] = ()
    not_from_config: tuple[str, ...] = ()
    dead_schemes: tuple[str, ...] = ()
    dead_since: str = ""
    no_schemes: Mapping[str, str] = field(default_factory=dict)
    numbers: tuple[str, ...] = ()
    may_be_none: tuple[str, ...] = ()
    unlimited: Mapping[str, int] = field(default_factory=dict)


@cache
def pool_classes() -> Mapping[str, PoolClass]:
    """Every pool class by its name in `sqlalchemy.pool`."""
    return records("drivers", "pool_class", PoolClass)


def pool_class(name: str) -> PoolClass | None:
    """One pool class by its unqualified name, or None for a class that is not SQLAlchemy's."""
    return pool_classes().get(name)


@cache
def engine_records() -> Mapping[str, EngineDefaults]:
    """The one record of engine defaults, by name, with its evidence."""
    return records("drivers", "engine", EngineDefaults)


def engine_defaults() -> EngineDefaults:
    """The defaults of an engine and its pool; the same in 2.0 and 2.1."""
    return engine_records()["create_engine"]


def pool_arguments() -> frozenset[str]:
    """The arguments of create_engine that are meant for the pool."""
    return words("pool-arguments")


def engine_arguments() -> frozenset[str]:
    """The arguments that create_engine takes whatever the dialect and the pool."""
    return words("engine-arguments")
