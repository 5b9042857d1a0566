"""Which engines a file makes: its body is interpreted, then its functions, then those that call them."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from poollint import expressions as e
from poollint.python.machine import UNCALLED, Exhausted, Frame, Record, Recursive
from poollint.python.objects import Arguments, Class, Function, Instance, MakerCall
from poollint.python.settle import settle_instances
from poollint.source import Skipped, Span
from poollint.values import Entry, FromEnv, OneOf, Text, Unknown, Value
from poollint.values import Record as Mapped

if TYPE_CHECKING:
    from poollint.python.calls import Calls

FURTHEST = 4
"""Wrappers around wrappers that are followed to their callers."""
MOST_CALLERS = 12
"""Files that are searched for calls of one function."""


def maker_calls(machine: "Calls", path: str) -> tuple[MakerCall, ...]:
    """The calls of makers that stand in a file, in the order of the text.

    A call whose arguments depend on parameters is given once for each call site that was found, and
    only without any with unknown parameters.
    """
    module = machine.sources.module(path)
    if module is None or isinstance(module, Skipped):
        return ()
    wanted = _mentions(machine, module)
    if not wanted:
        return ()
    machine.records, machine.reached = {}, set()
    if path in machine.spaces:
        del machine.spaces[path]  # its body is interpreted again, with its events
    space = machine.load(path, *wanted)
    if space is None:
        return ()
    found = [record for record in machine.records.values() if record.call.at.path == path]
    reached = set(machine.reached)
    for function, owner in _entries(machine, module, space):
        if (path, function.at) in reached or not (wanted & _names(function)):
            continue
        found += [record for record in drive(machine, function, owner, ()) if record.call.at.path == path]
    return tuple(sorted(_distinct(found), key=lambda call: (call.at, call.calls)))


def _mentions(machine: "Calls", module: e.Module) -> frozenset[str]:
    """The names of a file that stand for a maker or a library that has one."""
    short = {name.rpartition(".")[2] for name in machine.makers}
    found: set[str] = set()
    for names, attributes in zip(module.names, module.attributes, strict=True):
        if not short.isdisjoint(names | attributes):
            found |= names
    aliases = {
        imported.bound
        for node in e.walk(*module.body)
        if isinstance(node, e.Import)
        for imported in node.names
        if imported.name in short
    }
    if aliases:
        for names in module.names:
            if not aliases.isdisjoint(names):
                found |= names
    return frozenset(found)


def _names(function: Function) -> frozenset[str]:
    found: set[str] = set()
    for node in e.walk(function.node):
        if isinstance(node, e.Name):
            found.add(node.id)
        elif isinstance(node, e.Attribute):
            found.add(node.name)
    return frozenset(found)


def _entries(machine: "Calls", module: e.Module, space: int) -> Iterator[tuple[Function, Class | None]]:
    """The functions and methods of a module, as its body left them."""
    stack: list[tuple[tuple[e.Statement, ...], int, Class | None]] = [(module.body, space, None)]
    while stack:
        body, scope, owner = stack.pop()
        for statement in body:
            match statement:
                case e.FunctionDef(name=name):
                    made = _function(machine, statement, scope, owner, space)
                    if made is not None:
                        yield made, owner
                case e.ClassDef(name=name):
                    value = machine.variable((scope, name))
                    if isinstance(value, Class):
                        stack.append((statement.body, value.id, value))
                case e.If(then=then, otherwise=otherwise):
                    stack += [(then, scope, owner), (otherwise, scope, owner)]
                case e.Try(body=inner, handlers=handlers, otherwise=otherwise, final=final):
                    parts = (inner, otherwise, final, *(handler.body for handler in handlers))
                    stack += [(part, scope, owner) for part in parts]
                case e.With(body=inner) | e.Loop(body=inner):
                    stack.append((inner, scope, owner))


def _function(
    machine: "Calls", node: e.FunctionDef, scope: int, owner: Class | None, space: int
) -> Function | None:
    value = machine.variable((scope, node.name))
    if isinstance(value, Function) and value.node == node:
        return value
    path = machine.paths[space]
    name = node.name if owner is None else f"{owner.name}.{node.name}"
    return Function(name, path, (space,), node, Span(path, *node.at), (), owner)


def drive(
    machine: "Calls", function: Function, owner: Class | None, above: tuple[Function, ...]
) -> list[Record]:
    """The maker calls that a function leads to, by its callers where they decide the arguments."""
    found = _interpret(machine, function, owner)
    if not found or len(above) >= FURTHEST or function in above:
        return found
    open_calls = [record for record in found if depends(record.call)]
    if not open_calls:
        return found
    better: list[Record] = []
    for caller, caller_owner in _callers(machine, function, owner):
        for record in drive(machine, caller, caller_owner, (*above, function)):
            if any(one.path == function.path and one.at == function.at for one in record.functions):
                better.append(record)
    better += _in_bodies(machine, function, owner)
    places = {record.call.at for record in better}
    return [record for record in found if record.call.at not in places] + better


def _interpret(machine: "Calls", function: Function, owner: Class | None) -> list[Record]:
    """Runs a function as if somebody called it, with arguments of which nothing is known."""
    store = machine.store
    outer, machine.records = machine.records, {}
    machine.frames, machine.stack, machine.guards, machine.loops, machine.steps = [], [], [], 0, 0
    store.log, store.recorders = [], []
    path = function.path
    at = function.at
    machine.frames.append(Frame(path, "module", function.scopes[-1:], (), 0))
    unknown = Arguments((), (), Unknown(UNCALLED, at))
    try:
        given = unknown
        if owner is not None and "builtins.staticmethod" not in function.decorators:
            receiver: Instance | Class = owner
            if "builtins.classmethod" not in function.decorators:
                receiver = _object(machine, owner, unknown, at, function)
            given = replace(unknown, positional=(receiver,))
        machine.stack.clear()
        machine.call_function(function, given, at)
    except (Exhausted, Recursive, RecursionError):
        for record in machine.records.values():
            record.call = _blank(record.call)
    store.undo(0)
    found = list(machine.records.values())
    for record in found:  # without the place of the call that nobody wrote
        record.call = replace(record.call, calls=record.call.calls[:-1])
    machine.records, machine.frames = outer, []
    return found


def _object(machine: "Calls", owner: Class, unknown: Arguments, at: Span, function: Function) -> Instance:
    """An object of a class, made with arguments that are not known, at any later time."""
    if function.node.at == _constructor(owner):
        return Instance(machine.namespace(), owner, known=False)
    with machine.unheard():
        made = machine.instantiate(owner, unknown, at)
    if not isinstance(made, Instance):
        return Instance(machine.namespace(), owner, known=False)
    settle_instances(machine, made, 1)
    return made


def _constructor(owner: Class) -> e.Place | None:
    own = [one for one in owner.node.body if isinstance(one, e.FunctionDef) and one.name == "__init__"]
    return own[0].at if own else None


def _blank(call: MakerCall) -> MakerCall:
    """Of an interpretation that was not finished, only that the call is there."""
    why = Unknown("the function takes too many steps to follow", call.at)
    return replace(
        call,
        positional=tuple(why for _ in call.positional),
        keywords=tuple(Entry(entry.key, why, entry.at, entry.condition) for entry in call.keywords),
        rest=call.rest or why,
    )


def depends(call: MakerCall) -> bool:
    """Whether anything that the maker is given comes from a parameter that is not known."""
    values = [*call.positional, *(entry.value for entry in call.keywords)]
    return any(map(_open, values)) or (call.rest is not None and call.rest.why == UNCALLED)


def _open(value: Value) -> bool:
    match value:
        case Unknown(why=why):
            return why == UNCALLED
        case OneOf():
            return any(map(_open, value.values))
        case Text(parts=parts):
            return any(isinstance(part, Unknown) and part.why == UNCALLED for part in parts)
        case Mapped(entries=entries, rest=rest):
            loose = rest is not None and rest.why == UNCALLED
            return loose or any(_open(entry.value) for entry in entries)
        case FromEnv(default=default):
            return default is not None and _open(default)
        case _:
            return False


def _called_name(function: Function, owner: Class | None) -> str:
    """The name under which a function is called: a constructor's is that of its class."""
    name = function.name.rpartition(".")[2]
    if owner is not None and (name.startswith("__") or name == "_"):
        return owner.name.rpartition(".")[2]
    return name


def _files(machine: "Calls", function: Function, name: str) -> Iterable[str]:
    others = sorted(set(machine.callers(name)) - {function.path})[:MOST_CALLERS] if machine.callers else []
    return (function.path, *others)


def _callers(
    machine: "Calls", function: Function, owner: Class | None
) -> Iterator[tuple[Function, Class | None]]:
    """The functions that mention the name of a function."""
    names = {_called_name(function, owner)}
    for path in _files(machine, function, *names):
        module = machine.sources.module(path)
        if module is None or isinstance(module, Skipped):
            continue
        wanted = _users(module, names)
        if not wanted:
            continue
        space = machine.load(path, *wanted)
        if space is None:
            continue
        for caller, caller_owner in list(_entries(machine, module, space)):
            if caller.at != function.at and names & _names(caller):
                yield caller, caller_owner


def _users(module: e.Module, names: set[str]) -> frozenset[str]:
    found: set[str] = set()
    for mentioned, attributes in zip(module.names, module.attributes, strict=True):
        if not names.isdisjoint(mentioned | attributes):
            found |= mentioned
    return frozenset(found)


def _in_bodies(machine: "Calls", function: Function, owner: Class | None) -> list[Record]:
    """The maker calls that the bodies of other modules lead to through a function."""
    found: list[Record] = []
    names = {_called_name(function, owner)}
    outer = machine.records
    for path in _files(machine, function, *names):
        module = machine.sources.module(path)
        if path == function.path or module is None or isinstance(module, Skipped):
            continue
        wanted = _users(module, names)
        if not wanted or path in machine.loading:
            continue
        machine.records = {}
        machine.spaces.pop(path, None)
        machine.load(path, *wanted)
        found += (
            record
            for record in machine.records.values()
            if any(one.path == function.path and one.at == function.at for one in record.functions)
        )
    machine.records = outer
    return found


def _distinct(records: Iterable[Record]) -> list[MakerCall]:
    """The calls, those that differ only in how they were reached as one."""
    found: dict[MakerCall, MakerCall] = {}
    for record in records:
        call = replace(record.call, bound=tuple(record.bound), disposed=record.disposed)
        key = replace(call, calls=(), bound=(), conditions=(), disposed=False)
        before = found.get(key)
        if before is None:
            found[key] = call
        else:
            bound = tuple(dict.fromkeys((*before.bound, *call.bound)))
            found[key] = replace(before, bound=bound, disposed=before.disposed or call.disposed)
    return list(found.values())
