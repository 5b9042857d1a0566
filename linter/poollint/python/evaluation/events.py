"""Which engines a file makes: its body is interpreted, then its functions, then those that call them."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from poollint import expressions as e
from poollint.python.evaluation.driving import drive
from poollint.python.evaluation.entries import entries, names_in
from poollint.python.evaluation.frames import Record
from poollint.python.evaluation.objects import MakerCall
from poollint.python.evaluation.reasons import reasons
from poollint.source import Skipped

if TYPE_CHECKING:
    from poollint.python.evaluation.calls import Calls

ROUNDS = 8
"""Runs until no more imported names turn out to matter; the depth of imports that is followed."""


def maker_calls(machine: "Calls", path: str, *, rounds: int = ROUNDS) -> tuple[MakerCall, ...]:
    """The calls of makers that stand in a file, in the order of the text.

    A call whose arguments depend on parameters is given once for each call site that was found, and
    only without any with unknown parameters. Imported names are looked up where the arguments of a
    call, or the conditions on the way to it, turn out to depend on them; then all is run again.
    """
    if not machine.sources.says(path, _wanted(machine.makers)):
        return ()
    module = machine.sources.module(path)
    if module is None or isinstance(module, Skipped):
        return ()
    known = machine.sources.traits.makers
    if (path, machine.makers) not in known:
        named = _makers(machine, module)
        known[path, machine.makers] = named, frozenset(_owners(module, named) if named else ())
    wanted, owners = known[path, machine.makers]
    if not wanted:
        return ()
    machine.followed = machine.sources.followed.setdefault(path, {path: set(wanted)})
    machine.followed[path].update(wanted, owners)
    machine.follow_all = False
    machine.driven_steps = 0
    found: list[Record] = []
    for _ in range(rounds):
        machine.reset()
        found = _round(machine, module, wanted)
        news = tuple(_missing(machine, found))
        for importer, name in news:
            machine.followed.setdefault(importer, set()).add(name)
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
    for function, owner in list(entries(machine, module, space)):
        if (path, function.at) in reached or not (wanted & names_in(machine, function)):
            continue
        found += [record for record in drive(machine, function, owner, ()) if record.call.at.path == path]
    return found


@cache
def _wanted(makers: frozenset[str]) -> re.Pattern[str]:
    """The last parts of the names of makers; of classes also what ends like one."""
    short = sorted({name.rpartition(".")[2] for name in makers})
    words = (rf"\w*{name}" if name[0].isupper() else name for name in short)
    return re.compile(rf"\b(?:{'|'.join(words)})\b")


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
    return frozenset(short & mentioned | aliases)


def _owners(module: e.Module, wanted: frozenset[str]) -> Iterator[str]:
    """The names before that of a maker, and what makes them: `sa = lazily("sqlalchemy")`."""
    attributes = (node for node in e.walk(*module.body) if isinstance(node, e.Attribute))
    owners = {name for node in attributes if node.name in wanted for name in _before(node)}
    yield from owners
    for node in e.walk(*module.body):
        match node:
            case e.Assign(value=e.Call(function=e.Name(id=name)), targets=(e.Name(id=target),)):
                if target in owners:
                    yield name


def _before(node: e.Attribute) -> Iterator[str]:
    """The names in a chain of attributes before the last."""
    inner = node.value
    while isinstance(inner, e.Attribute):
        yield inner.name
        inner = inner.value
    if isinstance(inner, e.Name):
        yield inner.id


def _missing(machine: "Calls", records: Iterable[Record]) -> Iterator[tuple[str, str]]:
    """The imported names that the calls depend on and that were not looked up."""
    found: set[str] = set()
    for record in records:
        call = record.call
        found |= record.pending
        for value in (*call.positional, *(entry.value for entry in call.keywords)):
            found |= set(reasons(value))
        if call.rest is not None:
            found.add(call.rest.why)
    for why, place in machine.passed.items():
        if any(why in reason for reason in found):
            yield place


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
