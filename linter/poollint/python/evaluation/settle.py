"""What functions may change after a module's body has run.

A function that nothing has called yet may be called later: what it assigns to globals, to attributes of
global objects and to items of global dicts is a possibility for everybody who reads them then.
"""

from collections.abc import Iterable, Iterator

from poollint.expressions import (
    AnnAssign,
    Assign,
    Attribute,
    AugAssign,
    Call,
    ClassDef,
    Declaration,
    Delete,
    Display,
    Expression,
    FunctionDef,
    Lambda,
    Loop,
    Module,
    Name,
    Node,
    Starred,
    Statement,
    Subscript,
    Walrus,
    With,
    children,
)
from poollint.python.evaluation.frames import Effect
from poollint.python.evaluation.machine import Machine
from poollint.python.evaluation.objects import (
    ABSENT,
    Abstract,
    Branch,
    Class,
    DictContent,
    DictEntry,
    DictRef,
    Instance,
    ListContent,
    ListRef,
    alternatives,
    choice,
)
from poollint.source import Span
from poollint.values import Unknown

MUTATORS = frozenset(
    {"update", "setdefault", "pop", "popitem", "clear", "append", "extend", "insert", "remove", "sort", "add"}
)


def settle(machine: Machine, module: Module, space: int) -> None:
    """Joins to the module's state whatever its functions may do to it later."""
    known = machine.sources.traits.effects
    if module.path not in known:
        known[module.path] = tuple(map(_effect, _functions(module.body)))
    for effect in known[module.path]:
        why = Unknown(f"changed by the function {effect.name}", Span(module.path, *effect.at))
        for name in effect.globals:
            _may_be(machine, (space, name), why)
        for path, kind in effect.changes:
            _change(machine, machine.variable((space, path[0])), path[1:], kind, why)
    seen: set[int] = set()
    for cell in machine.store.cells_of(space):
        settle_instances(machine, machine.variable(cell), seen)


def _effect(function: FunctionDef) -> Effect:
    nodes = _inside(function)
    declared = {
        name
        for node in nodes
        if isinstance(node, Declaration) and node.kind == "global"
        for name in node.names
    }
    bound = _locals(function, nodes)
    own = bound - declared
    changes = tuple(change for change in _changed(nodes) if change[0][0] not in own)
    return Effect(function.name, function.at, frozenset(declared & bound), changes)


def settle_instances(machine: Machine, value: Abstract, seen: set[int]) -> None:
    """Attributes that methods other than `__init__` assign: they may have run, or not."""
    for branch in alternatives(value):
        instance = branch.value
        if not isinstance(instance, Instance) or instance.id in seen:
            continue
        seen.add(instance.id)
        for name, why in _later_attributes(machine, instance.cls):
            _may_be(machine, (instance.id, name), why)
        for cell in machine.store.cells_of(instance.id):
            settle_instances(machine, machine.variable(cell), seen)


def _later_attributes(machine: Machine, cls: Class) -> Iterator[tuple[str, Unknown]]:
    """What methods of a class and its bases assign to `self` or change of it, `__init__` left out."""
    known = machine.sources.traits.later_attributes
    at = Span(cls.path, *cls.node.at)
    if at not in known:
        known[at] = tuple(_own_later_attributes(cls))
    yield from known[at]
    for base in cls.bases:
        if isinstance(base, Class):
            yield from _later_attributes(machine, base)


def _own_later_attributes(cls: Class) -> Iterator[tuple[str, Unknown]]:
    for statement in cls.node.body:
        if not isinstance(statement, FunctionDef) or statement.name in ("__init__", "__post_init__"):
            continue
        if not statement.parameters:
            continue
        own = statement.parameters[0].name
        why = Unknown(f"changed by the method {statement.name}", Span(cls.path, *statement.at))
        for path, _ in _changed(_inside(statement)):
            if path[0] == own and len(path) > 1:
                yield path[1], why


def _may_be(machine: Machine, cell: tuple[int, str], why: Unknown) -> None:
    value = machine.variable(cell)
    if value != ABSENT:
        for branch in alternatives(value):
            if isinstance(branch.value, DictRef | ListRef):
                _loosen(machine, branch.value, why)
        machine.store.write(cell, choice([Branch(value), Branch(why)]))


def _loosen(machine: Machine, ref: DictRef | ListRef, why: Unknown) -> None:
    """The container may be as it is, or changed in any way."""
    if isinstance(ref, ListRef):
        machine.store.write((ref.id, ""), ListContent((), why))
        return
    entries = tuple(
        DictEntry(entry.key, choice([Branch(entry.value), Branch(why)]), entry.at)
        for entry in machine.dict_of(ref).entries
    )
    machine.store.write((ref.id, ""), DictContent(entries, why))


def _change(machine: Machine, value: Abstract, path: tuple[str, ...], kind: str, why: Unknown) -> None:
    for branch in alternatives(value):
        owner = branch.value
        if not path:
            if kind == "content" and isinstance(owner, DictRef | ListRef):
                _loosen(machine, owner, why)
        elif isinstance(owner, Instance | Class):
            cell = (owner.id, path[0])
            if len(path) == 1 and kind == "name":
                _may_be(machine, cell, why)
            else:
                _change(machine, machine.variable(cell), path[1:], kind, why)


def _functions(body: tuple[Statement, ...]) -> Iterator[FunctionDef]:
    """All functions and methods of a module, nested ones with the one around them."""
    stack: list[Node] = list(body)
    while stack:
        node = stack.pop()
        if isinstance(node, FunctionDef):
            yield node
        elif isinstance(node, Statement):
            stack.extend(children(node))


def _inside(function: FunctionDef) -> list[Node]:
    found: list[Node] = []
    stack: list[Node] = list(function.body)
    while stack:
        node = stack.pop()
        found.append(node)
        stack.extend(children(node))
    return found


def _targets(node: Node) -> Iterator[Expression]:
    match node:
        case Assign(targets=targets) | Delete(targets=targets):
            yield from targets
        case AnnAssign(target=target, value=value) if value is not None:
            yield target
        case AugAssign(target=target) | Walrus(target=target):
            yield target
        case Loop(target=target) if target is not None:
            yield target
        case With(items=items):
            yield from (target for _, target in items if target is not None)
        case _:
            return


def _flat(target: Expression) -> Iterator[Expression]:
    if isinstance(target, Display):
        for item in target.items:
            yield from _flat(item)
    elif isinstance(target, Starred):
        yield from _flat(target.value)
    else:
        yield target


def _locals(function: FunctionDef, nodes: list[Node]) -> set[str]:
    found = {parameter.name for parameter in function.parameters}
    for node in nodes:
        if isinstance(node, FunctionDef | ClassDef):
            found.add(node.name)
        for target in _targets(node):
            found |= {part.id for part in _flat(target) if isinstance(part, Name)}
    return found


def _chain(target: Expression) -> tuple[str, ...]:
    """`a.b.c` as its parts; empty for anything else."""
    if isinstance(target, Name):
        return (target.id,)
    if isinstance(target, Attribute):
        before = _chain(target.value)
        return (*before, target.name) if before else ()
    return ()


def _changed(inside: Iterable[Node]) -> Iterator[tuple[tuple[str, ...], str]]:
    """What a function assigns through a name: the chain, and whether a name or a content changes."""
    aliases: dict[str, tuple[str, ...]] = {}
    nodes = [node for node in inside if not isinstance(node, Lambda)]
    for node in nodes:
        if isinstance(node, Assign) and isinstance(node.targets[0], Name) and _chain(node.value):
            aliases[node.targets[0].id] = _chain(node.value)

    def whole(chain: tuple[str, ...]) -> tuple[str, ...]:
        return (*aliases[chain[0]], *chain[1:]) if chain and chain[0] in aliases else chain

    for node in nodes:
        for target in _targets(node):
            for part in _flat(target):
                if isinstance(part, Attribute) and _chain(part):
                    yield whole(_chain(part)), "name"
                elif isinstance(part, Subscript) and _chain(part.value):
                    yield whole(_chain(part.value)), "content"
                elif isinstance(part, Name) and isinstance(node, AugAssign):
                    yield whole((part.id,)), "content"
        if isinstance(node, Call) and isinstance(node.function, Attribute):
            chain = _chain(node.function.value)
            if chain and node.function.name in MUTATORS:
                yield whole(chain), "content"
