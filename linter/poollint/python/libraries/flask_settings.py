"""The configuration of a Flask application: its classes, and what code assigns to `app.config`."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial

from poollint.expressions import (
    AnnAssign,
    Assign,
    Attribute,
    FunctionDef,
    Literal,
    Module,
    Name,
    Node,
    Subscript,
    walk,
)
from poollint.frozen import frozen
from poollint.python.evaluation.classes import lineage
from poollint.python.evaluation.driving import interpret
from poollint.python.evaluation.entries import entries
from poollint.python.evaluation.evaluate import Evaluator
from poollint.python.evaluation.frames import Frame
from poollint.python.evaluation.objects import Abstract, Class
from poollint.source import Span
from poollint.values import Alternative, Unknown, Value, one_of

URI = "SQLALCHEMY_DATABASE_URI"
OPTIONS = "SQLALCHEMY_ENGINE_OPTIONS"
BINDS = "SQLALCHEMY_BINDS"
OLD_KEYS: Mapping[str, str] = {
    "SQLALCHEMY_POOL_SIZE": "pool_size",
    "SQLALCHEMY_POOL_TIMEOUT": "pool_timeout",
    "SQLALCHEMY_POOL_RECYCLE": "pool_recycle",
    "SQLALCHEMY_MAX_OVERFLOW": "max_overflow",
}
KEYS = (URI, OPTIONS, BINDS, *OLD_KEYS)


@frozen
class Setting:
    """A configuration key with its value and place."""

    value: Value
    at: Span
    condition: str | None = None
    """None when the key is always set, else a text (possibly empty), as in `Entry`."""
    is_local: bool = False
    """Whether a function assigns it from names of its own, which nobody looked at."""


def settings_of(path: str, evaluator: Evaluator) -> Mapping[str, Setting]:
    """The keys of a file's configuration classes that have a URL, else those that it assigns.

    Which class an application takes is decided at run time: a key is one of what they say.
    """
    found = {
        value.id: value
        for name in evaluator.constants(path)
        if isinstance(value := evaluator.global_value(path, name), Class)
        if value.path == path and "test" not in value.name.lower()
    }
    ways = [(cls.name, of) for cls in found.values() if URI in (of := _of_class(cls, evaluator))]
    if not ways:
        return _assigned(path, evaluator)
    return {key: _one_of(key, ways) for key in dict.fromkeys(key for _, of in ways for key in of)}


def _one_of(key: str, ways: list[tuple[str, Mapping[str, Setting]]]) -> Setting:
    given = [(name, of[key]) for name, of in ways if key in of]
    value = one_of(Alternative(setting.value, name if len(ways) > 1 else "") for name, setting in given)
    always = len(given) == len(ways) and all(setting.condition is None for _, setting in given)
    return Setting(value, given[0][1].at, None if always else "")


def _of_class(cls: Class, evaluator: Evaluator) -> Mapping[str, Setting]:
    at = Span(cls.path, *cls.node.at)
    named = {field.name: field.at for field in evaluator.fields(cls) if field.name in KEYS}
    return {
        key: Setting(value, where, None if key in named else "")
        for key, where in (_conditional(cls) | named).items()
        for value in (evaluator.value(evaluator.attribute(cls, key, at)),)
    }


def _conditional(cls: Class) -> dict[str, Span]:
    """The keys that the bodies of a class and its bases bind anywhere: under an `if` or in a `try` too."""
    return {
        name: Span(base.path, *node.at)
        for base in reversed(lineage(cls))
        if isinstance(base, Class)
        for statement in base.node.body
        for node in walk(statement)
        for name in _bound_names(node)
        if name in KEYS
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
    for key, node in _assignments(*module.body):
        frame = Frame(path, "function", (space,), (), evaluator.store.mark())
        evaluator.frames.append(frame)
        with evaluator.unheard():
            value = evaluator.value(evaluator.evaluate(node.value))
        evaluator.frames.pop()
        found[key] = Setting(value, module.span(node.at), is_local=isinstance(value, Unknown))
    return found


def _assignments(*nodes: Node) -> Iterator[tuple[str, Assign]]:
    for node in walk(*nodes):
        match node:
            case Assign(
                targets=(Subscript(value=Attribute(name="config"), index=Literal(value=str() as key)),)
            ) if key in KEYS:
                yield key, node
            case _:
                continue


def assigned_in_functions(path: str, evaluator: Evaluator) -> Mapping[str, Setting]:
    """The keys that a file's functions assign, with the names that the functions bind themselves."""
    evaluator.follow_all = True
    module = evaluator.sources.module(path)
    space = evaluator.load(path)
    if not isinstance(module, Module) or space is None:
        return {}
    return dict(_in_functions(module, space, evaluator))


def _in_functions(module: Module, space: int, evaluator: Evaluator) -> Iterator[tuple[str, Setting]]:
    for function, owner in list(entries(evaluator, module, space)):
        body = function.node.body if isinstance(function.node, FunctionDef) else ()
        places = {module.span(_index(node).at): (key, node) for key, node in _assignments(*body)}
        if not places:
            continue
        values: dict[Span, list[Value]] = {}
        evaluator.watched = {at: partial(_note, values, at, evaluator.value) for at in places}
        interpret(evaluator, function, owner)
        evaluator.watched = {}
        for at, (key, node) in places.items():
            if at in values:
                yield key, Setting(one_of(map(Alternative, values[at])), module.span(node.at))


def _index(node: Assign) -> Node:
    return next(target.index for target in node.targets if isinstance(target, Subscript))


def _note(
    values: dict[Span, list[Value]], at: Span, export: Callable[[Abstract], Value], value: Abstract
) -> None:
    values.setdefault(at, []).append(export(value))
