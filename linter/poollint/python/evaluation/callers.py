"""Who calls a function: the functions that mention its name, and the bodies of modules."""

import re
from collections.abc import Collection, Iterable, Iterator
from posixpath import commonprefix
from typing import TYPE_CHECKING

from poollint import expressions as e
from poollint.python.evaluation.entries import body_names, entries, names_in
from poollint.python.evaluation.frames import Record
from poollint.python.evaluation.objects import Class, Function

if TYPE_CHECKING:
    from poollint.python.evaluation.calls import Calls


MOST_CALLERS = 6
"""Files that are searched for calls of one function."""


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


def callers(
    machine: "Calls", function: Function, owner: Class | None
) -> Iterator[tuple[Function, Class | None]]:
    """The functions that mention the name of a function, or call it through `super()`."""
    names = {_called_name(function, owner)}
    for module in _naming(machine, function, owner, names):
        path = module.path
        machine.followed.setdefault(path, set()).update({*names, _module_name(function.path)})
        space = machine.load(path)
        if space is None:  # pragma: no cover - the module was there a moment ago
            continue
        for caller, caller_owner in list(entries(machine, module, space)):
            if caller.at == function.at:
                continue
            mentioned = names_in(machine, caller)
            if names & mentioned or (
                owner and caller_owner and _inherits(caller, caller_owner, function, owner)
            ):
                yield caller, caller_owner


def _inherits(caller: Function, caller_owner: Class, function: Function, owner: Class) -> bool:
    """Whether a method stands over a method of the same name, in a class that derives from its class."""
    same = caller.name.rpartition(".")[2] == function.name.rpartition(".")[2]
    name = owner.name.rpartition(".")[2]
    return same and any(
        name in (getattr(base, "id", ""), getattr(base, "name", "")) for base in caller_owner.node.bases
    )


def _naming(machine: "Calls", function: Function, owner: Class | None, names: set[str]) -> Iterator[e.Module]:
    """The modules in whose code a function is named."""
    words = re.compile(rf"\b(?:{'|'.join(map(re.escape, names))})\b")
    for path in _files(machine, function, owner, *names):
        module = machine.sources.module(path) if machine.sources.says(path, words) else None
        if isinstance(module, e.Module) and _uses(module, names):
            yield module


def _led_to(machine: "Calls", module: e.Module) -> frozenset[str]:
    """The names that a module's body may use: its own, and those of what it names of the module."""
    known = machine.sources.traits.body_names
    if module.path not in known:
        known[module.path] = body_names(module)
    return known[module.path]


def _uses(module: e.Module, names: set[str]) -> bool:
    return any(not names.isdisjoint(part) for part in (*module.names, *module.attributes))


def in_bodies(machine: "Calls", function: Function, owner: Class | None) -> list[Record]:
    """The maker calls that the bodies of other modules lead to through a function."""
    found: list[Record] = []
    names = {_called_name(function, owner)}
    outer = machine.records
    for module in _naming(machine, function, owner, names):
        path = module.path
        if path == function.path or path in machine.loading or names.isdisjoint(_led_to(machine, module)):
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
