"""Which engines a file makes: its body is interpreted, then its functions, then those that call them."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from posixpath import commonprefix
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

ROUNDS = 8
"""Runs until no more imported names turn out to matter; the depth of imports that is followed."""
FURTHEST = 3
"""Wrappers around wrappers that are followed to their callers."""
MOST_CALLERS = 6
"""Files that are searched for calls of one function."""


def maker_calls(machine: "Calls", path: str, *, rounds: int = ROUNDS) -> tuple[MakerCall, ...]:
    """The calls of makers that stand in a file, in the order of the text.

    A call whose arguments depend on parameters is given once for each call site that was found, and
    only without any with unknown parameters. Imported names are looked up where the arguments of a
    call, or the conditions on the way to it, turn out to depend on them; then all is run again.
    """
    module = machine.sources.module(path)
    if module is None or isinstance(module, Skipped):
        return ()
    wanted = _makers(machine, module)
    if not wanted:
        return ()
    machine.followed = {path: set(wanted)}
    machine.follow_all = False
    found: list[Record] = []
    for _ in range(rounds):
        machine.reset()
        found = _round(machine, module, wanted)
        news = False
        for importer, name in _missing(machine, found):
            names = machine.followed.setdefault(importer, set())
            news = news or name not in names
            names.add(name)
        if not news:
            break
    return tuple(sorted(_distinct(found), key=lambda call: (call.at, call.calls)))


def _round(machine: "Calls", module: e.Module, wanted: frozenset[str]) -> list[Record]:
    path = module.path
    space = machine.load(path)
    if space is None:  # pragma: no cover - the module was there a moment ago
        return []
    found = [record for record in machine.records.values() if record.call.at.path == path]
    reached = set(machine.reached)
    for function, owner in list(_entries(machine, module, space)):
        if (path, function.at) in reached or not (wanted & _names(machine, function)):
            continue
        found += [record for record in drive(machine, function, owner, ()) if record.call.at.path == path]
    return found


def _makers(machine: "Calls", module: e.Module) -> frozenset[str]:
    """The names under which a file may know a maker."""
    short = {name.rpartition(".")[2] for name in machine.makers}
    mentioned = frozenset().union(*module.names, *module.attributes)
    kinds = tuple(name for name in short if name[0].isupper())
    short |= {name for name in mentioned if name.endswith(kinds)}  # classes keep the names of their bases
    if short.isdisjoint(mentioned):
        return frozenset()
    aliases = {
        imported.bound
        for node in e.walk(*module.body)
        if isinstance(node, e.Import)
        for imported in node.names
        if imported.name in short
    }
    owners = {
        node.value.id
        for node in e.walk(*module.body)
        if isinstance(node, e.Attribute) and node.name in short and isinstance(node.value, e.Name)
    }
    return frozenset(short & mentioned | aliases | owners)


def _missing(machine: "Calls", records: Iterable[Record]) -> Iterator[tuple[str, str]]:
    """The imported names that the calls depend on and that were not looked up."""
    reasons: set[str] = set()
    for record in records:
        call = record.call
        reasons |= record.pending
        for value in (*call.positional, *(entry.value for entry in call.keywords)):
            reasons |= set(_reasons(value))
        if call.rest is not None:
            reasons.add(call.rest.why)
    for why, place in machine.passed.items():
        if any(why in reason for reason in reasons):
            yield place


def _reasons(value: Value) -> Iterator[str]:
    match value:
        case Unknown(why=why):
            yield why
        case OneOf():
            for one in value.values:
                yield from _reasons(one)
        case Text(parts=parts):
            yield from (part.why for part in parts if isinstance(part, Unknown))
        case Mapped(entries=entries, rest=rest):
            for entry in entries:
                yield from _reasons(entry.value)
            if rest is not None:
                yield rest.why
        case FromEnv(default=default) if default is not None:
            yield from _reasons(default)
        case _:
            return


def _names(machine: "Calls", function: Function) -> frozenset[str]:
    """The names and attributes that a function mentions."""
    if function.at not in machine.mentions:
        machine.mentions[function.at] = frozenset(
            node.id if isinstance(node, e.Name) else node.name
            for node in e.walk(function.node)
            if isinstance(node, e.Name | e.Attribute)
        )
    return machine.mentions[function.at]


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
        better += (
            record
            for record in drive(machine, caller, caller_owner, (*above, function))
            if any(one.path == function.path and one.at == function.at for one in record.functions)
        )
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
        made = machine.call_function(function, given, at)
        if isinstance(made, Function) and (made.path, made.at) not in machine.reached:
            machine.call_function(made, unknown, made.at)  # a function inside, for others to call
    except (Exhausted, Recursive, RecursionError):
        for record in machine.records.values():
            record.call = blank(record.call)
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


def blank(call: MakerCall) -> MakerCall:
    """Of an interpretation that was not finished: only that the call is there."""
    why = Unknown("code that is too long or calls itself", call.at)
    return replace(
        call,
        positional=tuple(why for _ in call.positional),
        keywords=tuple(Entry(entry.key, why, entry.at, entry.condition) for entry in call.keywords),
        rest=call.rest or why,
    )


def depends(call: MakerCall) -> bool:
    """Whether anything that the maker is given comes from a parameter that is not known."""
    values = [*call.positional, *(entry.value for entry in call.keywords)]
    loose = call.rest is not None and call.rest.why == UNCALLED
    return loose or any(UNCALLED in why for value in values for why in _reasons(value))


def _called_name(function: Function, owner: Class | None) -> str:
    """The name under which a function is called: a constructor's is that of its class."""
    name = function.name.rpartition(".")[2]
    if owner is not None and (name.startswith("__") or name == "_"):
        return owner.name.rpartition(".")[2]
    return name


def _files(machine: "Calls", function: Function, owner: Class | None, name: str) -> Iterable[str]:
    if machine.callers is None:
        return (function.path,)
    others = set(machine.callers(name)) - {function.path}
    if owner is not None:
        others &= set(machine.callers(owner.name.rpartition(".")[2]))
    if len(others) > MOST_CALLERS:
        naming = set(machine.callers(_module_name(function.path)))
        others = set(sorted(others, key=lambda path: _likelihood(path, function, naming))[:MOST_CALLERS])
    return (function.path, *sorted(others))


def _module_name(path: str) -> str:
    """The last part of the name under which a file is imported."""
    stem = path.removesuffix(".py").removesuffix("/__init__")
    return stem.rpartition("/")[2]


def _likelihood(path: str, function: Function, naming: Collection[str]) -> tuple[bool, int, str]:
    """Files that name the function's module first, then near ones."""
    return path not in naming, -len(commonprefix((path.split("/"), function.path.split("/")))), path


def _callers(
    machine: "Calls", function: Function, owner: Class | None
) -> Iterator[tuple[Function, Class | None]]:
    """The functions that mention the name of a function."""
    names = {_called_name(function, owner)}
    for path in _files(machine, function, owner, *names):
        module = machine.sources.module(path)
        if module is None or isinstance(module, Skipped):
            continue
        if not _uses(module, names):
            continue
        machine.followed.setdefault(path, set()).update({*names, _module_name(function.path)})
        space = machine.load(path)
        if space is None:  # pragma: no cover - the module was there a moment ago
            continue
        for caller, caller_owner in list(_entries(machine, module, space)):
            if caller.at != function.at and names & _names(machine, caller):
                yield caller, caller_owner


def _uses(module: e.Module, names: set[str]) -> bool:
    return any(not names.isdisjoint(part) for part in (*module.names, *module.attributes))


def _in_bodies(machine: "Calls", function: Function, owner: Class | None) -> list[Record]:
    """The maker calls that the bodies of other modules lead to through a function."""
    found: list[Record] = []
    names = {_called_name(function, owner)}
    outer = machine.records
    for path in _files(machine, function, owner, *names):
        module = machine.sources.module(path)
        if path == function.path or module is None or isinstance(module, Skipped):
            continue
        if not _uses(module, names) or path in machine.loading:
            continue
        machine.followed.setdefault(path, set()).update({*names, _module_name(function.path)})
        machine.records = {}
        machine.spaces.pop(path, None)
        machine.load(path)
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
