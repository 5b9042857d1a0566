"""What abstract values are worth for facts: objects become symbols or `Unknown`."""

from poollint.python.evaluation.machine import Machine
from poollint.python.evaluation.objects import (
    ABSENT,
    Absent,
    Abstract,
    Bound,
    Choice,
    Class,
    DictContent,
    DictRef,
    External,
    Function,
    Instance,
    ListRef,
    Member,
    Method,
    Partial,
    Result,
    Tuple,
    alternatives,
    present,
)
from poollint.source import Span
from poollint.values import (
    Alternative,
    Entry,
    FromEnv,
    Known,
    Record,
    Symbol,
    Text,
    Unknown,
    Value,
    one_of,
)

_NOWHERE = Span("", 1, 1, 1, 1)


def value_of(machine: Machine, value: Abstract, depth: int) -> Value:
    match value:
        case Known() | FromEnv() | Text() | Unknown():
            return value
        case Choice():
            parts = [
                Alternative(value_of(machine, branch.value, depth), branch.condition)
                for branch in value.alternatives
                if not isinstance(branch.value, Absent)
            ]
            return one_of(parts)
        case DictRef(at=at):
            if depth == 0:
                return Unknown("dicts nested too deeply", at)
            return _record(machine, machine.dict_of(value), at, depth - 1)
        case External(name=name):
            return Known(Symbol(name), _NOWHERE)
        case Function(name=name, path=path, at=at):
            return Known(Symbol(f"{machine.sources.dotted(path)}.{name}"), at)
        case Class(name=name, path=path, node=node):
            return Known(Symbol(f"{machine.sources.dotted(path)}.{name}"), Span(path, *node.at))
        case Member(value=inner, mixed=True):
            return value_of(machine, inner, depth)
        case Member(cls=cls):
            return Unknown(f"a member of {cls.name}", Span(cls.path, *cls.node.at))
        case Result(of=of, at=at):
            return Unknown(f"what {of} gives", at)
        case ListRef(at=at) | Tuple(at=at):
            return Unknown("a list", at)
        case Instance(cls=cls):
            return Unknown(f"an object of {cls.name}", Span(cls.path, *cls.node.at))
        case Partial(function=inner) | Bound(function=inner):
            return value_of(machine, inner, depth)
        case Method(receiver=Result(of=of, at=at), name=name):
            return Unknown(f"{name} of what {of} gives", at)
        case _:
            return Unknown("an object", _NOWHERE)


def _record(machine: Machine, content: DictContent, at: Span, depth: int) -> Value:
    entries = []
    rest = content.rest
    for entry in content.entries:
        if not isinstance(entry.key, str):
            rest = rest or Unknown("keys that are no texts", entry.at)
            continue
        condition = given_when(entry.value)
        value = value_of(machine, present(entry.value), depth)
        entries.append(Entry(entry.key, value, entry.at, condition))
    return Record(tuple(entries), at, rest)


def sure(value: Abstract) -> bool:
    return not any(branch.value == ABSENT for branch in alternatives(value))


def given_when(value: Abstract) -> str | None:
    """The condition under which something is given at all; None for always."""
    if sure(value):
        return None
    texts = [branch.condition for branch in alternatives(value) if branch.value != ABSENT]
    return " or ".join(dict.fromkeys(text for text in texts if text))
