"""Flask-SQLAlchemy: the engines of `SQLAlchemy()` stand in the application's configuration.

Sources: https://flask-sqlalchemy.readthedocs.io/en/3.1.x/config/ and the 2.5 documentation: releases
before 3 also read `SQLALCHEMY_POOL_SIZE` and its kin, and let the constructor's options win.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from posixpath import commonpath, dirname

from poollint.expressions import AnnAssign, Assign, Attribute, Literal, Module, Name, Node, Subscript, walk
from poollint.facts import Release
from poollint.frozen import frozen
from poollint.python.classes import lineage
from poollint.python.evaluate import Evaluator
from poollint.python.frames import Frame
from poollint.python.objects import Abstract, Binding, Branch, Class, ExternalCall, MakerCall, choice
from poollint.source import Span
from poollint.values import Entry, Known, OneOf, Record, Unknown, Value

URI = "SQLALCHEMY_DATABASE_URI"
OPTIONS = "SQLALCHEMY_ENGINE_OPTIONS"
BINDS = "SQLALCHEMY_BINDS"
_OLD_KEYS: Mapping[str, str] = {
    "SQLALCHEMY_POOL_SIZE": "pool_size",
    "SQLALCHEMY_POOL_TIMEOUT": "pool_timeout",
    "SQLALCHEMY_POOL_RECYCLE": "pool_recycle",
    "SQLALCHEMY_MAX_OVERFLOW": "max_overflow",
}
_KEYS = (URI, OPTIONS, BINDS, *_OLD_KEYS)
_CURRENT = frozenset(
    f"{app}.config.{how}"
    for app in ("flask.current_app", "flask.globals.current_app")
    for how in ("get", "__getitem__")
)


@frozen
class Setting:
    """A configuration key with its value and place."""

    value: Value
    at: Span
    condition: str | None = None
    """None when the key is always set, else a text (possibly empty), as in `Entry`."""


def flask_calls(
    call: MakerCall, evaluator: Evaluator, paths: Iterable[str], release: Release
) -> Iterator[MakerCall]:
    """The calls of `create_engine` that a `SQLAlchemy(...)` stands for: the default one and each bind.

    `paths` are the files that may hold the configuration.
    """
    settings = _nearest(call.at.path, paths, lambda path: _settings(path, evaluator))
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
    binds = settings[BINDS].value if BINDS in settings else None
    for bind in binds.entries if isinstance(binds, Record) else ():
        yield _bound(call, bind, options, more)


def current_setting(
    call: ExternalCall, evaluator: Callable[[], Evaluator], paths: Iterable[str]
) -> Abstract | None:
    """`current_app.config["SQLALCHEMY_..."]`, with an evaluator of its own; None for other calls."""
    key = call.arguments.get(0, "key")
    if call.name not in _CURRENT or not isinstance(key, Known) or key.value not in _KEYS:
        return None
    apart = evaluator()
    found = _nearest(call.at.path, paths, lambda path: _settings(path, apart)).get(str(key.value))
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
    if isinstance(bind.value, Record):
        merged = _merged(options, (entry for entry in bind.value.entries if entry.key != "url"))
        url = bind.value.get("url") or Unknown("the bind has no URL", bind.at)
        return replace(call, positional=(url,), keywords=merged, rest=bind.value.rest or more, bound=named)
    return replace(call, positional=(bind.value,), keywords=options, rest=more, bound=named)


def _options(settings: Mapping[str, Setting], own: Iterable[Entry], *, old: bool) -> tuple[Entry, ...]:
    configured = settings[OPTIONS].value if OPTIONS in settings else None
    entries = configured.entries if isinstance(configured, Record) else ()
    if OPTIONS in settings and settings[OPTIONS].condition is not None:
        entries = tuple(replace(entry, condition=entry.condition or "") for entry in entries)
    if not old:
        return _merged(own, entries)
    keys = (
        Entry(keyword, settings[key].value, settings[key].at, settings[key].condition)
        for key, keyword in _OLD_KEYS.items()
        if key in settings and settings[key].value != Known(None, settings[key].at)
    )
    return _merged(keys, entries, own)


def _merged(*groups: Iterable[Entry]) -> tuple[Entry, ...]:
    return tuple({entry.key: entry for group in groups for entry in group}.values())


def _open(settings: Mapping[str, Setting]) -> Unknown | None:
    """Why there may be more options than those that were read."""
    value = settings[OPTIONS].value if OPTIONS in settings else None
    if isinstance(value, Record):
        sometimes = settings[OPTIONS].condition is not None
        return value.rest or (
            Unknown("options that are set on a condition", settings[OPTIONS].at) if sometimes else None
        )
    if value is None or isinstance(value, Known):
        return None
    return (
        value
        if isinstance(value, Unknown)
        else Unknown("options that depend on a condition", settings[OPTIONS].at)
    )


def _nearest(
    start: str, paths: Iterable[str], read: Callable[[str], Mapping[str, Setting]]
) -> Mapping[str, Setting]:
    """The settings of the file that shares most of its folders with the call.

    What only its neighbours set may be set as well: configuration comes from several files.
    """

    def distance(path: str) -> tuple[int, str]:
        return -len(commonpath([f"/{dirname(start)}", f"/{dirname(path)}"])), path

    nearest, found = 0, dict[str, Setting]()
    for path in sorted(paths, key=distance):
        near = distance(path)[0]
        if found and near > nearest:
            break
        settings = read(path)
        if not found and URI in settings:
            nearest, found = near, dict(settings)
        elif found:
            others = {key: each for key, each in settings.items() if key not in (URI, BINDS)}
            found = {key: replace(each, condition="") for key, each in others.items()} | found
    return found


def _settings(path: str, evaluator: Evaluator) -> Mapping[str, Setting]:
    """The keys of the first configuration class of a file that has a URL, else those it assigns."""
    for name in evaluator.constants(path):
        cls = evaluator.global_value(path, name)
        if isinstance(cls, Class) and cls.path == path and "test" not in cls.name.lower():
            at = Span(path, *cls.node.at)
            named = {field.name: field.at for field in evaluator.fields(cls) if field.name in _KEYS}
            fields = _conditional(cls) | named
            if URI in fields:
                return {
                    key: Setting(value, where, None if key in named else "")
                    for key, where in fields.items()
                    for value in (evaluator.value(evaluator.attribute(cls, key, at)),)
                }
    return _assigned(path, evaluator)


def _conditional(cls: Class) -> dict[str, Span]:
    """The keys that the bodies of a class and its bases bind anywhere: under an `if` or in a `try` too."""
    return {
        name: Span(base.path, *node.at)
        for base in reversed(lineage(cls))
        if isinstance(base, Class)
        for statement in base.node.body
        for node in walk(statement)
        for name in _bound_names(node)
        if name in _KEYS
    }


def _bound_names(node: Node) -> tuple[str, ...]:
    match node:
        case Assign(targets=targets):
            return tuple(target.id for target in targets if isinstance(target, Name))
        case AnnAssign(target=Name(id=name), value=value) if value is not None:
            return (name,)
        case _:
            return ()


def _assigned(path: str, evaluator: Evaluator) -> Mapping[str, Setting]:
    """`app.config["SQLALCHEMY_..."] = value`, as far as the module's own names tell."""
    module = evaluator.sources.module(path)
    space = evaluator.load(path)
    if not isinstance(module, Module) or space is None:
        return {}
    found: dict[str, Setting] = {}
    for node in (inner for statement in module.body for inner in walk(statement)):
        match node:
            case Assign(
                targets=(Subscript(value=Attribute(name="config"), index=Literal(value=str() as key)),)
            ):
                if key in _KEYS:
                    frame = Frame(path, "function", (space,), (), evaluator.store.mark())
                    evaluator.frames.append(frame)
                    with evaluator.unheard():
                        value = evaluator.value(evaluator.evaluate(node.value))
                    evaluator.frames.pop()
                    found[key] = Setting(value, module.span(node.at))
            case _:
                continue
    return found
