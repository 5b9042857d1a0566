"""What names of a project's modules stand for, and what their definitions mention: without values.

Coarser than the evaluator, and for other questions: not what an argument is worth, but whether one
piece of code leads to another. A name leads to the function, class or assignment that binds it.
"""

from collections.abc import Iterator
from dataclasses import field

from poollint import expressions as e
from poollint.frozen import frozen
from poollint.python.modules import Sources
from poollint.source import Skipped

RE_EXPORTS = 8
"""Modules through which an imported name is followed to its definition."""

Key = tuple[str, str]
"""A file and a name that its module binds; an empty name is the module itself."""


@frozen
class Space:
    """The names that a module, or a function in it, binds. `node` is the function or class, if it is one."""

    path: str
    bound: dict[str, tuple[e.Node, ...]] = field(compare=False)
    imports: dict[str, e.Import] = field(compare=False)
    opaque: frozenset[str] = frozenset()
    outer: "Space | None" = field(default=None, compare=False)


@frozen
class Found:
    """What a name leads to: its definitions, the space in which they stand, and the names behind it."""

    key: Key
    nodes: tuple[e.Node, ...]
    space: Space
    rest: tuple[str, ...]


class Definitions:
    """The definitions of a project, read as far as questions need them."""

    def __init__(self, sources: Sources) -> None:
        self.sources = sources
        self.modules: dict[str, Space | None] = {}

    def module(self, path: str) -> Space | None:
        """The names of a module; None for a file that cannot be read."""
        if path not in self.modules:
            module = self.sources.module(path)
            self.modules[path] = (
                None if module is None or isinstance(module, Skipped) else _space(path, module.body, None)
            )
        return self.modules[path]

    def inside(self, node: e.FunctionDef | e.ClassDef, outer: Space) -> Space:
        """The names in a function or class: parameters, and everything that is bound inside it."""
        names = [each.name for each in e.walk(node) if isinstance(each, e.Parameter)]
        return _space(outer.path, node.body, outer, frozenset(names))

    def find(self, chain: tuple[str, ...], space: Space) -> Found | None:
        """The definition that a dotted name leads to; None outside the project, and for parameters."""
        here: Space | None = space if chain else None
        while here is not None:
            first = chain[0]
            if first in here.opaque:
                return None
            if first in here.bound:
                return Found((here.path, first), here.bound[first], here, chain[1:])
            if first in here.imports:
                return self._imported(here.imports[first], chain, here, RE_EXPORTS)
            here = here.outer
        return None

    def outside(self, chain: tuple[str, ...], space: Space) -> str:
        """The dotted name of something outside the project, as its library is imported."""
        here: Space | None = space
        while here is not None:
            if chain[0] in here.opaque or chain[0] in here.bound:
                return ""
            if chain[0] in here.imports:
                return _dotted(here.imports[chain[0]], chain)
            here = here.outer
        return ".".join(chain)

    def _imported(
        self, statement: e.Import, chain: tuple[str, ...], space: Space, further: int
    ) -> Found | None:
        name = next(each for each in statement.names if each.bound == chain[0])
        if statement.module is None and not statement.dots:
            parts = name.name.split(".") if name.bound == name.name.partition(".")[0] else []
            whole = self.sources.find(name.name, space.path)
            if whole is None:
                return None
            if parts and chain[: len(parts)] == tuple(parts):
                return self._member(whole, chain[len(parts) :], further)
            return None if parts else self._member(whole, chain[1:], further)
        module = statement.module or ""
        path = (
            self.sources.relative(space.path, statement.dots, module)
            if statement.dots
            else self.sources.find(module, space.path)
        )
        return None if path is None else self._member(path, (name.name, *chain[1:]), further)

    def _member(self, path: str, chain: tuple[str, ...], further: int) -> Found | None:
        """A name of a module, through re-exports and submodules."""
        if not chain or further == 0:
            return None
        space = None if path.endswith("/") else self.module(path)
        if space is not None:
            if chain[0] in space.bound:
                return Found((path, chain[0]), space.bound[chain[0]], space, chain[1:])
            if chain[0] in space.imports:
                return self._imported(space.imports[chain[0]], chain, space, further - 1)
        below = self.sources.submodule(path, chain[0])
        return None if below is None else self._member(below, chain[1:], further)


def _space(
    path: str, body: tuple[e.Statement, ...], outer: Space | None, opaque: frozenset[str] = frozenset()
) -> Space:
    bound: dict[str, list[e.Node]] = {}
    imports: dict[str, e.Import] = {}
    loose: set[str] = set(opaque)
    shared: set[str] = set()
    for statement in _statements(body, nested=outer is not None):
        match statement:
            case e.FunctionDef(name=name) | e.ClassDef(name=name):
                bound.setdefault(name, []).append(statement)
            case e.Assign(targets=targets, value=value):
                for target in targets:
                    if isinstance(target, e.Name):
                        bound.setdefault(target.id, []).append(value)
            case e.AnnAssign(target=e.Name(id=name), value=value) if value is not None:
                bound.setdefault(name, []).append(value)
            case e.Import(names=names):
                imports.update((each.bound, statement) for each in names)
            case e.Declaration(names=names):
                shared.update(names)
            case e.With(items=items):
                loose.update(target.id for _, target in items if isinstance(target, e.Name))
            case e.Loop(target=e.Name(id=name)):
                loose.add(name)
            case _:
                pass
    own = {name: tuple(nodes) for name, nodes in bound.items() if outer is None or name not in shared}
    return Space(path, own, imports, frozenset(loose), outer)


def _statements(body: tuple[e.Statement, ...], *, nested: bool) -> Iterator[e.Statement]:
    """The statements of a body and of its blocks; those of functions in it only when asked."""
    for statement in body:
        yield statement
        match statement:
            case e.FunctionDef(body=inner) | e.ClassDef(body=inner):
                if nested:
                    yield from _statements(inner, nested=True)
            case e.If(then=then, otherwise=otherwise):
                yield from _statements((*then, *otherwise), nested=nested)
            case e.Try(body=inner, handlers=handlers, otherwise=otherwise, final=final):
                parts = (*inner, *(one for each in handlers for one in each.body), *otherwise, *final)
                yield from _statements(parts, nested=nested)
            case e.With(body=inner) | e.Loop(body=inner):
                yield from _statements(inner, nested=nested)
            case _:
                pass


def _dotted(statement: e.Import, chain: tuple[str, ...]) -> str:
    name = next(each for each in statement.names if each.bound == chain[0])
    if statement.dots:
        return ""
    if statement.module is not None:
        return ".".join((statement.module, name.name, *chain[1:]))
    first = name.name if name.bound != name.name.partition(".")[0] else name.bound
    return ".".join((first, *chain[1:]))


def chain_of(node: e.Node) -> tuple[str, ...]:
    """`a.b.c` as its names; empty for anything else."""
    names: list[str] = []
    while isinstance(node, e.Attribute):
        names.append(node.name)
        node = node.value
    return (node.id, *reversed(names)) if isinstance(node, e.Name) else ()


def mentions(*nodes: e.Node) -> Iterator[tuple[str, ...]]:
    """The dotted names in a piece of code, each as long as it stands there."""
    stack = list(nodes)[::-1]
    while stack:
        node = stack.pop()
        chain = chain_of(node)
        if chain:
            yield chain
        else:
            stack.extend([*e.children(node)][::-1])
