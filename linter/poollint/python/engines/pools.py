"""The pool that an engine will have: what the call says, else what SQLAlchemy would take."""

from collections.abc import Callable, Iterable
from typing import TypeAlias

from poollint.facts import Pool, Release, Url
from poollint.python.engines.pool_classes import ASYNC_QUEUE, DEFAULTS, QUEUE, class_for
from poollint.python.engines.urls import read_url
from poollint.values import (
    Alternative,
    Default,
    Entry,
    FromEnv,
    Known,
    OneOf,
    Symbol,
    Text,
    Unknown,
    Value,
    mapped,
    one_of,
    origin_of,
)

BaseOf: TypeAlias = Callable[[Symbol], Symbol | None]
"""The class that a class of the project inherits from; None for a class that is not the project's."""

POOL_MODULE = "sqlalchemy.pool"
_FALLBACK = "FallbackAsyncAdaptedQueuePool"  # in SQLAlchemy 1.4 and 2.0 only
_QUEUES = frozenset({QUEUE, ASYNC_QUEUE, _FALLBACK})
_SOURCE = "https://docs.sqlalchemy.org/en/latest/core/pooling.html"

# (our field, keyword of create_engine, keyword of the class's constructor)
_FIELDS = (
    ("size", "pool_size", "pool_size"),
    ("overflow", "max_overflow", "max_overflow"),
    ("timeout", "pool_timeout", "timeout"),
    ("recycle", "pool_recycle", "recycle"),
    ("pre_ping", "pool_pre_ping", "pre_ping"),
    ("lifo", "pool_use_lifo", "use_lifo"),
    ("reset_on_return", "pool_reset_on_return", "reset_on_return"),
)


def pool_in_force(
    url: Url,
    arguments: Iterable[Entry],
    *,
    is_async: bool,
    release: Release,
    base_of: BaseOf,
    more: Unknown | None = None,
) -> Pool:
    """The pool of an engine with these keywords.

    `release` is SQLAlchemy's version in the project as far as it is known, a lower bound will do.
    `more` says why there may be keywords besides: what is not given is then Unknown with this
    reason. A keyword that is given under a condition is one of its value and the default, but not
    where the class is taken under the opposite condition. A setting that the class does not have
    is `Known(None)`, also when the call gives it.
    """
    given = {entry.key: entry for entry in arguments}
    default = more or Known(None, url.at)

    def class_of(known: Known) -> Value:
        if known.value is None:
            return _default_class(url, is_async=is_async, release=release)
        return _base(known, base_of)

    if "pool" in given and given["pool"].value != Known(None, url.at):
        cls: Value = Unknown("the pool is made elsewhere", origin_of(given["pool"].value))
    else:
        cls = mapped(_given(given.get("poolclass"), default, ""), class_of, "pool class")

    def setting(keyword: str, parameter: str) -> Value:
        if isinstance(cls, Unknown):
            return _given(given.get(keyword), more or cls, "")
        return _each(cls, lambda known, where: of_class(known, where, keyword, parameter), keyword)

    def of_class(known: Known, where: str, keyword: str, parameter: str) -> Value:
        own = _default(known, parameter, release)
        if own is None:
            return Known(None, Default(_label(release), _SOURCE, _is_certain(known)))
        return _given(given.get(keyword), more or own, where)

    return Pool(cls, **{field: setting(keyword, parameter) for field, keyword, parameter in _FIELDS})


def _given(entry: Entry | None, default: Value, where: str) -> Value:
    """What a keyword is worth where a condition holds."""
    if entry is None:
        return default
    if entry.condition is None:
        return entry.value
    held, wanted = _parts(where), _parts(entry.condition)
    if wanted and wanted <= held:
        return entry.value
    if any(part == _opposite(other) or other == _opposite(part) for part in wanted for other in held):
        return default
    return one_of(
        (Alternative(entry.value, entry.condition), Alternative(default, _opposite(entry.condition)))
    )


def _parts(condition: str) -> frozenset[str]:
    return frozenset(condition.split(" and ")) if condition else frozenset()


def _opposite(condition: str) -> str:
    """The negation of a condition as it is written for the other arm."""
    if condition.startswith("not "):
        inner = condition.removeprefix("not ")
        return inner[1:-1] if inner.startswith("(") and inner.endswith(")") else inner
    plain = condition.replace(".", "").replace("_", "").isalnum()
    return f"not {condition}" if plain else f"not ({condition})" if condition else ""


def _each(cls: Value, of: Callable[[Known, str], Value], keyword: str) -> Value:
    """A function of every class and the condition under which it is taken."""

    def under(value: Value, where: str) -> Value:
        return mapped(value, lambda known: of(known, where), f"{keyword} of the pool class")

    if isinstance(cls, OneOf):
        return one_of(
            Alternative(under(each.value, each.condition), each.condition) for each in cls.alternatives
        )
    return under(cls, "")


def _base(known: Known, base_of: BaseOf) -> Value:
    symbol = known.value
    seen: set[Symbol] = set()
    while isinstance(symbol, Symbol) and symbol not in seen:
        seen.add(symbol)
        if _is_sqlalchemy(symbol):
            return Known(Symbol(f"{POOL_MODULE}.{symbol}"), known.origin, known.through)
        symbol = base_of(symbol)
    return Unknown("a pool class that is not SQLAlchemy's", known.origin)


def _is_sqlalchemy(symbol: Symbol) -> bool:
    return symbol.name.split(".")[0] == "sqlalchemy" and (str(symbol) in DEFAULTS or str(symbol) == _FALLBACK)


def _is_certain(cls: Known) -> bool:
    return not isinstance(cls.origin, Default) or cls.origin.certain


def _default(cls: Known, parameter: str, release: Release) -> Known | None:
    """What a class takes when a keyword is not given; None for a keyword that it does not have."""
    name = str(cls.value)
    defaults = DEFAULTS[ASYNC_QUEUE if name == _FALLBACK else name]
    if parameter not in defaults:
        return None
    return Known(defaults[parameter], Default(_label(release), _SOURCE, _is_certain(cls)))


def _label(release: Release) -> str:
    return f"SQLAlchemy {'.'.join(map(str, release.numbers[:2]))}".rstrip()


def _default_class(url: Url, *, is_async: bool, release: Release) -> Value:
    def of(value: Value) -> Value:
        match value:
            case Known(value=str() as text):
                return _asked(text, certain=True)
            case OneOf():
                return one_of(Alternative(of(each.value), each.condition) for each in value.alternatives)
            case FromEnv(default=default) if default is not None:
                likely = of(default)
                if isinstance(likely, Known) and str(likely.value) in _QUEUES:
                    return uncertain
                return FromEnv(value.variables, likely, "pool class of the URL", value.origin)
            case Text():
                return _of_text(value)
            case _:
                return uncertain

    def _of_text(text: Text) -> Value:
        parts = read_url(text, url.at)
        match parts.driver, parts.database:
            case Known(value=str() as driver), Known(value=str() as database):
                return _asked(f"{driver}:///{database}", certain=True)
            case Known(value=str() as driver), _:
                return _asked(f"{driver}:///file", certain=not driver.startswith("sqlite"))
            case _:
                return uncertain

    def _asked(text: str, *, certain: bool) -> Value:
        asked = class_for(text, is_async=is_async)
        if asked is None:
            return uncertain
        name, sure = _of_release(asked, text, release)
        return _symbol(name, release, certain=certain and sure)

    uncertain = _symbol(ASYNC_QUEUE if is_async else QUEUE, release, certain=False)
    return of(url.value)


def _symbol(name: str, release: Release, *, certain: bool) -> Known:
    return Known(Symbol(f"{POOL_MODULE}.{name}"), Default(_label(release), _SOURCE, certain))


def _of_release(name: str, url: str, release: Release) -> tuple[str, bool]:
    """What another SQLAlchemy than the installed one would take, and whether that is sure.

    SQLite files had no pool before 2.0 (with aiosqlite before 2.0.38); `async_fallback` had a pool
    of its own before 2.1.
    """
    if url.startswith("sqlite") and name in _QUEUES:
        since = (2, 0, 38) if url.startswith("sqlite+aiosqlite") else (2, 0)
        if not release:
            return name, False
        return ("NullPool" if release.numbers < since else name), len(release.numbers) >= len(since)
    if "async_fallback=" in url and name == ASYNC_QUEUE and (not release or release.numbers < (2, 1)):
        return _FALLBACK, bool(release)
    return name, True
