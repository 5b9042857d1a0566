"""What libraries make of a variable's text: numbers, truth, JSON."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace

from poollint.python.evaluation.environment import set_by_code
from poollint.python.evaluation.machine import Machine
from poollint.python.evaluation.objects import ABSENT, Abstract, DictContent, DictEntry, ListContent, each
from poollint.python.operations.scalars import absent_to, constant, inner, outer
from poollint.source import Span
from poollint.values import FromEnv, Known, Unknown, Value

TRUE = frozenset({"1", "true", "t", "yes", "y", "on"})
FALSE = frozenset({"0", "false", "f", "no", "n", "off"})


def from_environment(
    machine: Machine,
    names: tuple[str, ...],
    default: Abstract | None,
    kind: str,
    at: Span,
    *,
    fold: bool = False,
) -> Abstract:
    """A variable as a library reads it: converted when the environment sets it, else its default.

    `kind` is int, float, bool, str, list or json; empty for no conversion. `fold` matches names in
    any case. A default is not converted: it is Python's value already. A default with several
    possibilities gives a choice.
    """
    wanted = tuple(dict.fromkeys(machine.environment.spelled(name) if fold else name for name in names))
    for index, name in enumerate(wanted):
        given = machine.environment.get(name)
        own = set_by_code(machine, name)
        if own != ABSENT:
            outside = (
                _or_default(wanted[index:], default, kind, at) if given is None else _abstract(given, at)
            )
            value = converted(absent_to(own, outside), kind, machine, at)
            return _or_default(wanted[:index], value, kind, at) if index else value
        if given is not None:
            return converted(_abstract(given, at), kind, machine, at)
    return _or_default(wanted, default, kind, at)


def _or_default(names: tuple[str, ...], default: Abstract | None, kind: str, at: Span) -> Abstract:
    if default is None:
        return FromEnv(names, None, shown(kind), at)
    return each(default, lambda one: _unset(names, one, kind, at))


def shown(kind: str) -> str:
    """The conversion as people read it; a text stays what it is."""
    return "" if kind == "str" else kind


def _unset(names: tuple[str, ...], default: Abstract, kind: str, at: Span) -> Abstract:
    kept = outer(default)
    if kept is None:
        return default  # an object: the variable would have to hold its JSON
    if isinstance(kept, FromEnv):  # a default that is read from another variable
        variables = tuple(dict.fromkeys((*names, *kept.variables)))
        return FromEnv(variables, kept.default, kept.convert or shown(kind), at)
    return FromEnv(names, kept, shown(kind), at)


def _abstract(value: Value, at: Span) -> Abstract:
    return replace(value, through=(at, *value.through)) if isinstance(value, Known) else inner(value)


def converted(value: Abstract, kind: str, machine: Machine, at: Span) -> Abstract:
    """A text as that kind, for every alternative. What cannot be converted is Unknown: the program fails."""
    return each(value, lambda one: _one(one, kind, machine, at))


def _one(value: Abstract, kind: str, machine: Machine, at: Span) -> Abstract:
    match value:
        case FromEnv():
            return replace(value, convert=value.convert or shown(kind))
        case Known(value=str() as text) if kind in _SCALARS:
            try:
                return replace(value, value=_SCALARS[kind](text))
            except ValueError:
                return Unknown(f"{text!r} is no {kind}", at)
        case Known(value=str() as text) if kind in {"json", "list"}:
            return _container(text, kind, machine, at)
        case _:
            return value


def _truth(text: str) -> bool:
    if text.strip().lower() in TRUE:
        return True
    if text.strip().lower() in FALSE:
        return False
    raise ValueError(text)


_SCALARS: Mapping[str, Callable[[str], int | float | bool | str]] = {
    "int": lambda text: int(text.strip()),
    "float": lambda text: float(text.strip()),
    "bool": _truth,
    "str": str,
}


def _container(text: str, kind: str, machine: Machine, at: Span) -> Abstract:
    if kind == "list":
        items = tuple(Known(part.strip(), at) for part in text.split(",") if part.strip())
        return machine.new_list_of(ListContent(items), at)
    try:
        return _json(json.loads(text), machine, at)
    except ValueError:
        return Unknown(f"{text!r} is no JSON", at)


def _json(value: object, machine: Machine, at: Span) -> Abstract:
    match value:
        case dict():
            entries = tuple(DictEntry(str(key), _json(item, machine, at), at) for key, item in value.items())
            return machine.new_dict_of(DictContent(entries), at)
        case list():
            return machine.new_list_of(ListContent(tuple(_json(item, machine, at) for item in value)), at)
        case _:
            return constant(value, at)
