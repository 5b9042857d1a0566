"""Flask-SQLAlchemy: the engines of `SQLAlchemy()` stand in the application's configuration.

Sources: https://flask-sqlalchemy.readthedocs.io/en/3.1.x/config/ and the 2.5 documentation: releases
before 3 also read `SQLALCHEMY_POOL_SIZE` and its kin, and let the constructor's options win.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from posixpath import commonpath, dirname

from poollint.facts import Release
from poollint.python.evaluation.evaluate import Evaluator
from poollint.python.evaluation.objects import Abstract, Binding, Branch, ExternalCall, MakerCall, choice
from poollint.python.libraries.flask_settings import (
    BINDS,
    KEYS,
    OLD_KEYS,
    OPTIONS,
    URI,
    Setting,
    assigned_in_functions,
    settings_of,
)
from poollint.source import Span
from poollint.values import Alternative, Entry, Known, OneOf, Record, Unknown, Value, one_of

_CURRENT = frozenset(
    f"{app}.config.{how}"
    for app in ("flask.current_app", "flask.globals.current_app")
    for how in ("get", "__getitem__")
)


def flask_calls(
    call: MakerCall, evaluator: Evaluator, paths: Iterable[str], release: Release
) -> Iterator[MakerCall]:
    """The calls of `create_engine` that a `SQLAlchemy(...)` stands for: the default one and each bind.

    `paths` are the files that may hold the configuration.
    """
    settings = _configuration(call.at.path, tuple(paths), evaluator)
    own = next((entry.value for entry in call.keywords if entry.key == "engine_options"), None)
    given = own.entries if isinstance(own, Record) else ()
    if not settings:
        why = Unknown("the configuration of the Flask application", call.at)
        yield replace(call, positional=(why,), keywords=given, rest=why)
        return
    old = bool(release) and release.numbers < (3,)
    options = _options(settings, given, old=old)
    more = _open(settings)
    url = settings[URI].value if URI in settings else Unknown("no URL is configured", call.at)
    yield replace(call, positional=(url,), keywords=options, rest=more)
    for bind in _entries(settings[BINDS]) if BINDS in settings else ():
        yield _bound(call, bind, options, more)


def current_setting(
    call: ExternalCall, evaluator: Callable[[], Evaluator], paths: Iterable[str]
) -> Abstract | None:
    """`current_app.config["SQLALCHEMY_..."]`, with an evaluator of its own; None for other calls."""
    key = call.arguments.get(0, "key")
    if call.name not in _CURRENT or not isinstance(key, Known) or key.value not in KEYS:
        return None
    apart = evaluator()
    found = _configuration(call.at.path, tuple(paths), apart).get(str(key.value))
    return None if found is None else _abstract(found.value, call.at)


def _abstract(value: Value, at: Span) -> Abstract:
    match value:
        case OneOf():
            return choice(Branch(_abstract(each.value, at), each.condition) for each in value.alternatives)
        case Record():
            return Unknown("a setting of the Flask application that is a mapping", at)
        case _:
            return value


def _bound(call: MakerCall, bind: Entry, options: tuple[Entry, ...], more: Unknown | None) -> MakerCall:
    named = tuple(
        Binding(each.path, each.scope, f"{each.target}.{bind.key}") for each in call.bound if not each.scope
    )
    setting = Setting(bind.value, bind.at)
    entries = tuple(_entries(setting))
    if not entries:
        return replace(call, positional=(bind.value,), keywords=options, rest=more, bound=named)
    merged = _merged(options, (entry for entry in entries if entry.key != "url"))
    url = next((entry.value for entry in entries if entry.key == "url"), None)
    given = url or Unknown("the bind has no URL", bind.at)
    return replace(call, positional=(given,), keywords=merged, rest=_rest(setting) or more, bound=named)


def _options(settings: Mapping[str, Setting], own: Iterable[Entry], *, old: bool) -> tuple[Entry, ...]:
    entries = tuple(_entries(settings[OPTIONS])) if OPTIONS in settings else ()
    if not old:
        return _merged(own, entries)
    keys = (
        Entry(keyword, settings[key].value, settings[key].at, settings[key].condition)
        for key, keyword in OLD_KEYS.items()
        if key in settings and settings[key].value != Known(None, settings[key].at)
    )
    return _merged(keys, entries, own)


def _entries(setting: Setting) -> Iterator[Entry]:
    """The options that a setting may bring, each with the condition for it."""
    ways = _ways(setting.value)
    records = [(way.condition, way.value) for way in ways if isinstance(way.value, Record)]
    for name in dict.fromkeys(entry.key for _, record in records for entry in record.entries):
        given = [(text, entry) for text, record in records for entry in record.entries if entry.key == name]
        value = one_of(Alternative(entry.value, text) for text, entry in given)
        conditions = [part for text, entry in given for part in (text, entry.condition) if part]
        always = len(given) == len(ways) and all(entry.condition is None for _, entry in given)
        condition = setting.condition if always else " or ".join(dict.fromkeys(conditions))
        yield Entry(name, value, given[0][1].at, condition)


def _ways(value: Value) -> tuple[Alternative, ...]:
    return value.alternatives if isinstance(value, OneOf) else (Alternative(value),)


def _merged(*groups: Iterable[Entry]) -> tuple[Entry, ...]:
    """One group over the other; an option that is there on a condition leaves the one below it."""
    merged: dict[str, Entry] = {}
    for entry in (entry for group in groups for entry in group):
        below = merged.get(entry.key)
        if below is not None and entry.condition is not None:
            value = one_of([Alternative(entry.value, entry.condition), Alternative(below.value)])
            entry = replace(entry, value=value, condition=below.condition)  # noqa: PLW2901 - both of them
        merged[entry.key] = entry
    return tuple(merged.values())


def _open(settings: Mapping[str, Setting]) -> Unknown | None:
    """Why there may be more options than those that were read."""
    setting = settings.get(OPTIONS)
    if setting is None:
        return None
    sometimes = Unknown("options that are set on a condition", setting.at)
    return _rest(setting) or (None if setting.condition is None else sometimes)


def _rest(setting: Setting) -> Unknown | None:
    values, nothing = [way.value for way in _ways(setting.value)], Known(None, setting.at)
    lost = next((value for value in values if not isinstance(value, Record) and value != nothing), None)
    if lost is not None:
        return lost if isinstance(lost, Unknown) else Unknown("options that are no mapping", setting.at)
    return next(
        (value.rest for value in values if isinstance(value, Record) and value.rest is not None), None
    )


def _configuration(start: str, paths: Sequence[str], evaluator: Evaluator) -> Mapping[str, Setting]:
    """The settings for a call: of classes and module bodies, else what functions assign."""
    plain = _nearest(start, paths, lambda path: settings_of(path, evaluator))
    return plain or _nearest(start, paths, lambda path: assigned_in_functions(path, evaluator))


def _nearest(
    start: str, paths: Iterable[str], read: Callable[[str], Mapping[str, Setting]]
) -> Mapping[str, Setting]:
    """The settings of the file that shares most of its folders with the call.

    What only its neighbours set may be set as well: configuration comes from several files.
    """

    def distance(path: str) -> tuple[int, str]:
        return -len(commonpath([f"/{dirname(start)}", f"/{dirname(path)}"])), path

    nearest, found, local = 1, dict[str, Setting](), dict[str, Setting]()
    for path in sorted(paths, key=distance):
        near = distance(path)[0]
        if near > nearest:
            break
        every = read(path)
        local |= {key: each for key, each in every.items() if each.is_local}
        nearest = near if URI in every else nearest
        settings = {key: each for key, each in every.items() if not each.is_local}
        if not found and URI in settings:
            found = settings
        elif found:
            others = {key: each for key, each in settings.items() if key not in (URI, BINDS)}
            found = {key: replace(each, condition="") for key, each in others.items()} | found
    return _or_local(found, local)


def _or_local(found: Mapping[str, Setting], local: Mapping[str, Setting]) -> Mapping[str, Setting]:
    """A function may set a key as well; one that sets the URL may leave the other settings aside."""
    if URI in local:
        found = {key: replace(each, condition="") for key, each in found.items()}
    return {
        key: replace(
            each, value=one_of([Alternative(each.value), Alternative(local[key].value)]), condition=""
        )
        if key in local
        else each
        for key, each in found.items()
    }
