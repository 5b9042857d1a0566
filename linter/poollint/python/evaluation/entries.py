"""The functions of a module, as its body left them."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from poollint import expressions as e
from poollint.python.evaluation.objects import Class, Function
from poollint.source import Span

if TYPE_CHECKING:
    from poollint.python.evaluation.calls import Calls


def names_in(machine: "Calls", function: Function) -> frozenset[str]:
    """The names and attributes that a function mentions."""
    known = machine.sources.traits.mentions
    if function.at not in known:
        known[function.at] = frozenset(_named(e.walk(function.node)))
    return known[function.at]


def body_names(module: e.Module) -> frozenset[str]:
    """The names and attributes that running a module's body may use.

    Those outside of its functions, and all inside the functions and classes of which the name is used.
    """
    defined: dict[str, list[e.FunctionDef | e.ClassDef]] = {}
    for node in e.walk(*module.body):
        if isinstance(node, e.FunctionDef | e.ClassDef):
            defined.setdefault(node.name, []).append(node)
    found: set[str] = set()
    news = set(_used(module.body))
    while news:
        found |= news
        entered = [node for name in news for node in defined.pop(name, ())]
        news = {name for node in entered for name in _named(e.walk(node))} - found
    return frozenset(found)


def _used(body: tuple[e.Statement, ...]) -> Iterator[str]:
    """The names that statements use before any function of theirs is called."""
    stack: list[e.Node] = list(body)
    while stack:
        node = stack.pop()
        yield from _named((node,))
        if isinstance(node, e.FunctionDef):
            stack += node.decorators
            stack += (each.default for each in node.parameters if each.default is not None)
        else:
            stack += e.children(node)


def _named(nodes: Iterable[e.Node]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, e.Name):
            yield node.id
        elif isinstance(node, e.Attribute):
            yield node.name


def entries(machine: "Calls", module: e.Module, space: int) -> Iterator[tuple[Function, Class | None]]:
    """The functions and methods of a module, as its body left them."""
    stack: list[tuple[tuple[e.Statement, ...], int, Class | None]] = [(module.body, space, None)]
    while stack:
        body, scope, owner = stack.pop()
        for statement in body:
            match statement:
                case e.FunctionDef(name=name):
                    yield _function(machine, statement, scope, owner, space), owner
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


def _function(machine: "Calls", node: e.FunctionDef, scope: int, owner: Class | None, space: int) -> Function:
    value = machine.variable((scope, node.name))
    if isinstance(value, Function) and value.node == node:
        return value
    path = machine.paths[space]
    name = node.name if owner is None else f"{owner.name}.{node.name}"
    return Function(name, path, (space,), node, Span(path, *node.at), (), owner)
