"""What the calls that make engines mean: maker calls of one file -> engines."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from posixpath import dirname

from poollint.facts import ONCE, UNKNOWN_RELEASE, Argument, Engine, Made, Release, Role, Url
from poollint.frozen import frozen
from poollint.python.engines import makers
from poollint.python.engines.makers import MAKERS
from poollint.python.engines.placing import placed
from poollint.python.engines.pools import BaseOf, pool_in_force
from poollint.python.engines.roles import is_command, made_of
from poollint.python.engines.urls import read_url
from poollint.python.engines.versions import Versions
from poollint.python.evaluation.objects import MakerCall
from poollint.source import Span
from poollint.values import (
    Alternative,
    Entry,
    FromEnv,
    Known,
    OneOf,
    Record,
    Text,
    Unknown,
    Value,
    mapped,
    one_of,
    origin_of,
    possible,
)

_SECRETS = frozenset({"password", "passwd", "sslpassword"})
_FOR_TESTS = re.compile(r"_?(?:async_|sync_)?(?:test|testing)_\w+\Z")
"""Names of engines that tests use, wherever they are made."""
_PRIVATE = frozenset({"url", "connect_args", "name_or_url", "prefix", "configuration"})


@frozen
class Surroundings:
    """What an engine's facts need besides its call."""

    dotted: Callable[[str], str]
    role: Callable[[str], Role]
    versions: Versions
    base_of: BaseOf


def engines_of(calls: Sequence[MakerCall], around: Surroundings) -> tuple[Engine, ...]:
    """The engines of a file's calls, in their order; calls that say the same are one engine."""
    wrapped = _wrapped(calls)
    groups = _exclusive(calls)
    found: dict[Engine, Engine] = {}
    for call in calls:
        callee = MAKERS[call.callee]
        if callee == makers.WRAPPER or _is_mock(call):
            continue
        group = groups.get(id(call), "")
        wrapper = wrapped.get(call.at)
        if wrapper is not None:
            call = replace(call, bound=(*call.bound, *wrapper.bound))  # noqa: PLW2901 - the same engine
        engine = _engine(call, callee, group, around, wrapped=wrapper is not None)
        found.setdefault(replace(engine, made_for=()), engine)
    return tuple(found.values())


def _wrapped(calls: Iterable[MakerCall]) -> Mapping[Span, MakerCall]:
    """The synchronous calls whose result `AsyncEngine(...)` wraps, in its parentheses or just before."""
    found: dict[Span, MakerCall] = {}
    before: MakerCall | None = None
    ordered = sorted(calls, key=lambda call: (call.at.path, call.at.end_line, call.at.end_column))
    for call in ordered:
        if MAKERS[call.callee] != makers.WRAPPER:
            before = call
        elif before is not None and before.functions == call.functions:
            found[before.at] = call
    return found


def _exclusive(calls: Iterable[MakerCall]) -> Mapping[int, str]:
    """For each call the group of an undecided condition in which another call stands in another arm."""
    arms: dict[str, set[int]] = defaultdict(set)
    every = list(calls)
    for call in every:
        for guard in call.conditions:
            arms[guard.group].add(guard.arm)
    return {
        id(call): group
        for call in every
        if (group := next((guard.group for guard in call.conditions if len(arms[guard.group]) > 1), ""))
    }


def _engine(call: MakerCall, callee: str, exclusive: str, around: Surroundings, *, wrapped: bool) -> Engine:
    is_async = callee in makers.ASYNC or wrapped
    url_value, url_at, entries, more = _given(call, callee)
    given = tuple(replace(entry, value=placed(entry.value, entry.at)) for entry in entries)
    url = read_url(placed(url_value, url_at), url_at)
    folder = dirname(call.at.path)
    bound = around.versions.at_least("sqlalchemy", folder)
    pool = pool_in_force(url, given, is_async=is_async, release=bound, base_of=around.base_of, more=more)
    connect_args, rest = _connect_args(given)
    made = Made.CACHED if call.as_value else made_of(call)
    return Engine(
        at=call.at,
        name=name_of(call, around.dotted),
        callee=callee,
        is_async=is_async,
        role=_role(call, around),
        url=url,
        pool=pool,
        arguments=tuple(
            Argument(entry.key, _with_condition(entry), entry.at)
            for entry in given
            if entry.key not in _PRIVATE
        ),
        connect_args=connect_args,
        connect_args_rest=rest,
        splat=more,
        made=made,
        made_for=call.calls,
        disposed=call.disposed,
        count=_count(call, made),
        exclusive=exclusive,
        sqlalchemy=around.versions.release("sqlalchemy", folder),
        driver=_driver(url, folder, around.versions),
    )


def _given(call: MakerCall, callee: str) -> tuple[Value, Span, tuple[Entry, ...], Unknown | None]:
    """The URL and its place, the other keywords, and why there may be more of them."""
    keywords = {entry.key: entry for entry in call.keywords}
    if callee in makers.CONFIGURED:
        return _configured(call, keywords)
    if callee in makers.ADVANCED:
        return _advanced(call, keywords)
    missing: Value = call.rest or Unknown("no URL is given", call.at)
    named = next((keywords[key] for key in ("url", "name_or_url") if key in keywords), None)
    value = call.positional[0] if call.positional else named.value if named else missing
    return value, _place(value, call.at), call.keywords, call.rest


def _place(value: Value, at: Span) -> Span:
    origin = origin_of(value)
    return origin if isinstance(origin, Span) and origin.path else at


def _configured(
    call: MakerCall, keywords: Mapping[str, Entry]
) -> tuple[Value, Span, tuple[Entry, ...], Unknown | None]:
    """`engine_from_config(mapping, prefix, **keywords)`: the keys with the prefix, the keywords over them."""
    mapping = call.positional[0] if call.positional else _value_of(keywords, "configuration")
    prefix = call.positional[1] if len(call.positional) > 1 else _value_of(keywords, "prefix")
    sign = prefix.value if isinstance(prefix, Known) and isinstance(prefix.value, str) else "sqlalchemy."
    if not isinstance(mapping, Record):
        why = (
            mapping if isinstance(mapping, Unknown) else Unknown("a configuration that is not read", call.at)
        )
        return why, call.at, tuple(call.keywords), why
    entries = [
        replace(
            entry, key=entry.key.removeprefix(sign), value=_coerced(entry.key.removeprefix(sign), entry.value)
        )
        for entry in mapping.entries
        if entry.key.startswith(sign)
    ]
    merged = {entry.key: entry for entry in entries} | {
        key: entry for key, entry in keywords.items() if key not in {"configuration", "prefix"}
    }
    url = merged.get("url")
    more = mapping.rest or call.rest
    value: Value = url.value if url else more or Unknown("the configuration has no URL", call.at)
    return value, url.at if url else call.at, tuple(merged.values()), more


def _value_of(keywords: Mapping[str, Entry], key: str) -> Value | None:
    return keywords[key].value if key in keywords else None


def _coerced(key: str, value: Value) -> Value:
    """A text of a configuration as `engine_from_config` takes it."""

    def to_int(known: Known) -> Value:
        if not isinstance(known.value, str):
            return known
        try:
            return replace(known, value=int(known.value))
        except ValueError:
            return known

    return mapped(value, to_int, "int") if key in makers.TO_INT else value


def _advanced(
    call: MakerCall, keywords: Mapping[str, Entry]
) -> tuple[Value, Span, tuple[Entry, ...], Unknown | None]:
    """advanced-alchemy's configuration objects: the URL beside an `EngineConfig`."""
    named = keywords.get("connection_string")
    config = _value_of(keywords, "engine_config")
    value: Value = named.value if named else call.rest or Unknown("no URL is given", call.at)
    at = named.at if named else call.at
    if isinstance(config, Record):
        return value, at, config.entries, config.rest or call.rest
    return value, at, (), config if isinstance(config, Unknown) else call.rest


def _with_condition(entry: Entry) -> Value:
    if entry.condition is None:
        return entry.value
    otherwise = Unknown("given under a condition", entry.at)
    return one_of([Alternative(entry.value, entry.condition), Alternative(otherwise)])


def _connect_args(given: Iterable[Entry]) -> tuple[tuple[Argument, ...], Value | None]:
    entry = next((each for each in given if each.key == "connect_args"), None)
    if entry is None:
        return (), None
    value = _with_condition(entry)
    records = [leaf for leaf in possible(value) if isinstance(leaf, Record)]
    others = [
        leaf for leaf in possible(value) if not isinstance(leaf, Record) and leaf != Known(None, entry.at)
    ]
    names = dict.fromkeys(inner.key for record in records for inner in record.entries)
    alone = len(records) == 1 and not others and len(possible(value)) == 1
    arguments = tuple(_connect_arg(name, records, alone=alone) for name in names)
    rest = next((record.rest for record in records if record.rest is not None), None)
    return arguments, rest or (others[0] if others else None)


def _connect_arg(name: str, records: Sequence[Record], *, alone: bool) -> Argument:
    entries = [entry for record in records for entry in record.entries if entry.key == name]
    values = [Alternative(masked(entry), entry.condition or "") for entry in entries]
    sometimes = not alone or len(entries) < len(records) or entries[0].condition is not None
    if sometimes and not (len(entries) == len(records) and all(one.condition is None for one in entries)):
        values.append(Alternative(Unknown("given under a condition", entries[0].at)))
    return Argument(name, one_of(values), entries[0].at)


def masked(entry: Entry) -> Value:
    """The value of a driver's argument, a password hidden."""
    return _hidden(entry.value) if entry.key in _SECRETS else entry.value


def _hidden(value: Value) -> Value:
    match value:
        case Known(value=str()):
            return replace(value, value="***")
        case FromEnv(default=default) if default is not None:
            return replace(value, default=_hidden(default))
        case OneOf():
            return one_of(Alternative(_hidden(each.value), each.condition) for each in value.alternatives)
        case Text():
            return Known("***", value.origin)
        case _:
            return value


def _count(call: MakerCall, made: Made) -> Value:
    if call.loop:
        return Unknown("made in a loop", call.at)
    if made in {Made.HANDLER, Made.TASK, Made.FUNCTION_HANDLER}:
        return Unknown(f"made once for each call of a {made}", call.at)
    return ONCE


def _is_mock(call: MakerCall) -> bool:
    """Whether the call makes a mock (SQLAlchemy before 2.0): it prints statements and never connects."""
    return any(
        entry.key == "strategy" and isinstance(entry.value, Known) and entry.value.value == "mock"
        for entry in call.keywords
    )


def _role(call: MakerCall, around: Surroundings) -> Role:
    """The role of the file, or of the outermost caller when that is a test, a migration or a command."""
    own = around.role(call.at.path)
    if own is not Role.SERVICE:
        return own
    if any(not binding.scope and _FOR_TESTS.match(binding.target) for binding in call.bound):
        return Role.TEST
    if is_command(call.decorators):
        return Role.SCRIPT
    return around.role(call.calls[-1].path) if call.calls else own


def name_of(call: MakerCall, dotted: Callable[[str], str]) -> str:
    """`module:variable`, or `module:function` for an engine that no name outlives."""
    for binding in call.bound:
        if not binding.scope:
            return f"{dotted(binding.path)}:{binding.target}"
    for binding in call.bound:
        owner, _, attribute = binding.target.partition(".")
        if owner in {"self", "cls"} and attribute:
            return f"{dotted(binding.path)}:{'.'.join((*binding.scope[:1], attribute))}"
    if call.functions:
        return f"{dotted(call.at.path)}:{'.'.join(call.functions)}"
    return f"{dotted(call.at.path)}:{call.bound[0].target if call.bound else 'engine'}"


def _driver(url: Url, folder: str, versions: Versions) -> Release:
    """The release of the one driver that the URL can name."""
    names = {leaf.value for leaf in possible(url.driver) if isinstance(leaf, Known)}
    if len(names) != 1:
        return UNKNOWN_RELEASE
    dialect, plus, driver = str(names.pop()).partition("+")
    if not plus and dialect in {"postgresql", "postgres"}:
        driver = "psycopg2"
    releases = (versions.release(package, folder) for package in makers.PACKAGES.get(driver, ()))
    return next(filter(None, releases), UNKNOWN_RELEASE)


def in_order(engines: Iterable[Engine]) -> Iterator[Engine]:
    """Engines by file and line."""
    yield from sorted(engines, key=lambda engine: (engine.at, engine.name))
