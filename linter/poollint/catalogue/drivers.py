"""Database drivers: what they take in a URL and in `connect_args`, and how they refuse the rest."""

from collections.abc import Mapping
from dataclasses import field
from functools import cache
from typing import Literal

from poollint.catalogue.loader import Sourced, records
from poollint.catalogue.versions import version_key
from poollint.frozen import frozen

Verdict = Literal["accepted", "rejected", "unknown"]


@frozen(kw_only=True)
class Driver(Sourced):
    """One driver under SQLAlchemy.

    `url_keys` work as text in the query of a URL; `url_refused` are known to fail there, with the
    message of the first connect (empty: `refusal` with the key). `arguments` are what
    `connect_args` may hold. `url_values` restricts a key to values. `value_refused` is the message
    for a value of the wrong kind. `untested` are keys that depend on their value or on a version.
    Where `closed`, every other key is refused; else it is unknown. `words` name further lists.
    `removed` maps URL keys to the SQLAlchemy version that no longer takes them. `integers` are
    arguments that must not be text, `texts` mappings of which every value must be one, `functions`
    those that are called; `drops_none`: an argument that is None is not handed on;
    `arguments_closed`: `arguments` is complete where the keys of a URL are not; `engine_arguments`
    those of create_engine that only this dialect takes. `loop_bound`: a connection works in the
    event loop that opened it, and in no other. `nameless_since` is the version from which
    statements have no name where the cache is off; `unprepared` are the `connect_args` with which
    nothing is prepared by name, as source text.
    """

    schemes: tuple[str, ...]
    package: str
    engine: Literal["postgresql", "mysql", "sqlite"]
    is_async: bool
    port: int | None = None
    url_keys: tuple[str, ...] = ()
    url_refused: Mapping[str, str] = field(default_factory=dict)
    url_values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    untested: tuple[str, ...] = ()
    value_refused: Mapping[str, str] = field(default_factory=dict)
    arguments: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    removed: Mapping[str, str] = field(default_factory=dict)
    closed: bool = False
    refusal: str = ""
    engine_arguments: tuple[str, ...] = ()
    integers: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    functions: tuple[str, ...] = ()
    drops_none: bool = False
    arguments_closed: bool = False
    loop_bound: bool = False
    nameless_since: str = ""
    unprepared: str = ""


@frozen(kw_only=True)
class Words(Sourced):
    """A list of names that several drivers share, such as libpq's connection keywords."""

    words: tuple[str, ...]


@frozen
class Answer:
    """What a driver does with a key; `message` is the error that its users see, or empty."""

    verdict: Verdict
    message: str = ""


@cache
def drivers() -> Mapping[str, Driver]:
    """Every driver by SQLAlchemy's name for it: `asyncpg`, `psycopg`, `psycopg2`, `aiomysql`..."""
    return records("drivers", "driver", Driver)


def driver(name: str) -> Driver:
    """One driver. Raises KeyError for a name that the catalogue does not know."""
    return drivers()[name]


def driver_of_scheme(scheme: str) -> Driver | None:
    """The driver that a URL's scheme names: `postgresql+asyncpg`. None for bare or unknown ones."""
    return next((each for each in drivers().values() if scheme in each.schemes), None)


@cache
def word_lists() -> Mapping[str, Words]:
    """Every shared list with its evidence."""
    return records("drivers", "words", Words)


@cache
def words(name: str) -> frozenset[str]:
    """A shared list by name; `libpq` and `libpq-18` are connection keywords."""
    return frozenset(word_lists()[name].words)


def url_key(name: str, key: str, value: str | None = None, sqlalchemy: str | None = None) -> Answer:
    """Whether `?key=value` in a URL works with a driver; refusals come at the first connect."""
    one = driver(name)
    if key in one.removed:
        return _removed(one, key, sqlalchemy)
    if key in one.url_refused:
        return _refused(one, key, one.url_refused)
    if key in one.url_values and value is not None and value not in one.url_values[key]:
        return _refused(one, key, one.value_refused)
    if key in one.untested:
        return Answer("unknown")
    return _listed(one, key, one.url_keys, closed=one.closed)


def connect_argument(name: str, key: str) -> Answer:
    """Whether a key of `connect_args` is taken by a driver, whatever its value."""
    one = driver(name)
    return _listed(one, key, one.arguments, closed=one.closed or one.arguments_closed)


def _listed(one: Driver, key: str, names: tuple[str, ...], *, closed: bool) -> Answer:
    if key in names or any(key in words(shared) for shared in one.words):
        return Answer("accepted")
    known = closed and key not in one.untested
    return _refused(one, key, {}) if known else Answer("unknown")


def _refused(one: Driver, key: str, messages: Mapping[str, str]) -> Answer:
    return Answer("rejected", messages.get(key) or one.refusal.replace("{key}", key))


def _removed(one: Driver, key: str, sqlalchemy: str | None) -> Answer:
    if sqlalchemy is None:
        return Answer("unknown")
    if version_key(sqlalchemy) < version_key(one.removed[key]):
        return Answer("accepted")
    return _refused(one, key, {})
