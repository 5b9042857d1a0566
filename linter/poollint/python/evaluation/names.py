"""Names: scopes, imports and the modules behind them.

An imported name is kept as `Lazy` until something asks for its value; only then its file is parsed, and
only if the name is one that matters: in a module, what an engine call or a wanted name depends on.
"""

import builtins

from poollint.expressions import (
    AnnAssign,
    Assign,
    ClassDef,
    Expression,
    FunctionDef,
    Import,
    Module,
    Name,
    Statement,
)
from poollint.python.evaluation.driving import blank
from poollint.python.evaluation.frames import Frame
from poollint.python.evaluation.machine import Exhausted, Machine, Recursive
from poollint.python.evaluation.objects import (
    ABSENT,
    Abstract,
    External,
    Lazy,
    ModuleRef,
    Tuple,
    may_be_absent,
    present,
)
from poollint.python.evaluation.settle import settle
from poollint.python.operations.scalars import absent_to
from poollint.source import Skipped, Span
from poollint.values import Known, Unknown

_OF_A_RUN = frozenset(
    {"__name__", "__doc__", "__file__", "__package__", "__loader__", "__spec__", "__debug__"}
)
"""Names that every module has; what they hold depends on how it is run."""
_BUILTINS = frozenset(dir(builtins)) - _OF_A_RUN


class Names(Machine):
    """The part of the machine that knows modules and scopes."""

    # --- scopes ---

    def lookup(self, name: str, at: Span) -> Abstract:
        """The value of a name in the innermost frame."""
        frame = self.frame
        scopes = frame.scopes
        if name in frame.globals:
            scopes = scopes[-1:]
        found: Abstract = ABSENT
        for scope in scopes:
            value = self.variable((scope, name))
            if value is ABSENT:
                continue
            found = absent_to(found, value) if found is not ABSENT else value
            if not may_be_absent(found):
                return self.lazily(found, at)
            if scope not in self.paths and frame.kind == "function":
                return self.lazily(present(found), at)  # a local: Python fails where it is not bound
        outside = self.outside(scopes[-1], name, at)
        return self.lazily(present(absent_to(found, outside)) if found is not ABSENT else outside, at)

    def outside(self, space: int, name: str, at: Span) -> Abstract:
        """A name that a module does not bind itself: from a star import, or a builtin."""
        if name in _OF_A_RUN:
            return Unknown(f"{name} depends on how the file is run", at)
        if self.stars.get(space) and name not in _BUILTINS:
            if not self.follows(self.paths[space], name):
                return self.unfollowed(self.paths[space], name, at)
            value = self.starred(space, name, at)
            if value is not None:
                return value
        foreign = [star for star in self.stars.get(space, ()) if isinstance(star, External)]
        if name in _BUILTINS:
            return External(f"builtins.{name}")
        if len(foreign) == 1:
            return External(f"{foreign[0].name}.{name}")
        return Unknown(f"the name {name} is not bound in this file", at)

    def starred(self, space: int, name: str, at: Span) -> Abstract | None:
        """A name that a star import of a repository module brings."""
        for star in reversed(self.stars.get(space, ())):
            if isinstance(star, str) and self.exports(star, name, at):
                return self.member(star, name, at)
        return None

    def exports(self, path: str, name: str, at: Span) -> bool:
        """Whether `from module import *` brings a name."""
        space = self.load(path, name)
        if space is None:
            return False
        every = self.variable((space, "__all__"))
        if isinstance(every, Tuple):
            return any(isinstance(item, Known) and item.value == name for item in every.items)
        if name.startswith("_"):
            return False
        return self.variable((space, name)) != ABSENT or self.starred(space, name, at) is not None

    # --- modules ---

    def member(self, path: str, name: str, at: Span) -> Abstract:
        """`module.name`; a name of a folder without a module is outside the repository."""
        if path.endswith("/"):
            below = self.sources.submodule(path, name)
            return External(f"{self.sources.dotted(path)}.{name}") if below is None else ModuleRef(below)
        space = self.load(path, name)
        below = self.sources.submodule(path, name)
        if space is None:
            return ModuleRef(below) if below else Unknown(f"{path} cannot be read", at)
        value = self.variable((space, name))
        if value != ABSENT and not _itself(value, path, name):
            return self.lazily(present(value), at)
        from_star = self.starred(space, name, at)
        if from_star is not None:
            return from_star
        if below is not None:
            return ModuleRef(below)
        if name == "__name__":
            return Known(self.sources.dotted(path), at)
        return Unknown(f"{name} is not bound in {path}", at)

    def resolve_lazy(self, value: Abstract, at: Span) -> Abstract:
        """An imported name as what it is in its module."""
        if not isinstance(value, Lazy):
            return value
        if not value.name:
            return ModuleRef(value.module)
        if self.frames and not self.follows(self.frame.path, value.name):
            return self.unfollowed(self.frame.path, value.name, at)
        return self.member(value.module, value.name, at)

    def follows(self, path: str, name: str) -> bool:
        """Whether what a module means by an imported name is to be looked up."""
        return self.follow_all or name in self.followed.get(path, ())

    def unfollowed(self, path: str, name: str, at: Span) -> Unknown:
        """The value of a name that nobody needed so far; the reason says which one it is."""
        why = f"{name} of {path} is not looked up"
        self.passed[why] = (path, name)
        return Unknown(why, at)

    def load(self, path: str, name: str = "") -> int | None:  # noqa: ARG002 - says what for
        """The namespace of a module after its body ran (or while it runs, in a circle of imports)."""
        module = self.sources.module(path)
        if module is None or isinstance(module, Skipped):
            return None
        return self.spaces[path] if path in self.spaces else self._run(module)

    def _run(self, module: Module) -> int:
        """Interprets a module's body apart from whatever is going on."""
        path = module.path
        store = self.store
        kept = (self.frames, self.stack, self.guards, self.loops, self.steps)
        writing = (store.log, store.history, store.recordings)
        self.frames, self.stack, self.guards, self.loops, self.steps = [], [], [], 0, 0
        store.log, store.history, store.recordings = [], [], []
        newest = store.next
        space = self.lasting()
        self.spaces[path] = space
        self.paths[space] = path
        self.loading.add(path)
        self.stars[space] = []
        self.frames.append(Frame(path, "module", (space,), (), 0))
        try:
            self.block(module.body)
        except (Exhausted, Recursive, RecursionError):
            self._give_up(module, space)
            for record in self.records.values():
                if record.call.loop or record.call.calls:
                    record.call = blank(record.call)
        settle(self, module, space)
        if kept[2]:  # in an arm that may not be taken: what it changed elsewhere is a possibility
            for cell in dict.fromkeys(cell for cell, _ in store.log):
                if cell[0] <= newest and cell[0] != space:
                    store.write(cell, Unknown(f"changed by importing {path}", Span(path, 1, 1, 1, 1)))
        self.loading.discard(path)
        self.frames, self.stack, self.guards, self.loops, self.steps = kept
        store.log, store.history, store.recordings = writing
        self._set_before(path, space)
        return space

    def _set_before(self, path: str, space: int) -> None:
        """What others set in a module before anybody looked into it."""
        for cell in self.store.cells_of(self.awaited[path]) if path in self.awaited else ():
            own = (space, cell[1])
            self.store.write(own, absent_to(self.variable(cell), self.variable(own)))

    def space_to_set(self, path: str) -> int:
        """The namespace in which a name of a module is set: its own, or one for later. It is not loaded."""
        if path in self.spaces:
            return self.spaces[path]
        if path not in self.awaited:
            self.awaited[path] = self.lasting()
        return self.awaited[path]

    def _give_up(self, module: Module, space: int) -> None:
        self.store.undo(0)
        why = Unknown("the module takes too many steps to follow", Span(module.path, 1, 1, 1, 1))
        for statement, names in zip(module.body, module.names, strict=True):
            for name in bound(statement) or names:
                self.store.write((space, name), why)

    # --- imports ---

    def import_(self, statement: Import) -> None:
        """Binds what an import statement names, without looking into the module."""
        frame = self.frame
        at = frame.span(statement.at)
        for imported in statement.names:
            if statement.module is None:
                whole = imported.name if imported.bound != imported.name.partition(".")[0] else imported.bound
                path = self.sources.find(whole, frame.path)
                # A folder alone is no reason to believe that the name is not an installed library.
                self.bind(imported.bound, Lazy(path, "") if path else External(whole))
                continue
            path, dotted = self._origin(statement, frame.path)
            if imported.name == "*":
                self._star(frame.scopes[0], path or External(dotted), at)
            elif path is None:
                lost = statement.dots > 0
                why = Unknown(f"{imported.name} is imported from outside the project", at)
                self.bind(imported.bound, why if lost else External(f"{dotted}.{imported.name}"))
            elif path.endswith("/"):
                below = self.sources.submodule(path, imported.name)
                outside = External(f"{dotted}.{imported.name}")
                self.bind(imported.bound, Lazy(below, "") if below else outside)
            else:
                self.bind(imported.bound, Lazy(path, imported.name))

    def _origin(self, statement: Import, importer: str) -> tuple[str | None, str]:
        module = statement.module or ""
        if statement.dots:
            return self.sources.relative(importer, statement.dots, module), module
        return self.sources.find(module, importer), module

    def _star(self, space: int, source: str | External, at: Span) -> None:
        if isinstance(source, str):
            own = [
                name
                for _, name in self.store.cells_of(space)
                if not isinstance(self.variable((space, name)), Lazy | External)
            ]
            for name in own:  # a star import replaces what was bound before
                if self.variable((space, name)) != ABSENT and self.exports(source, name, at):
                    self.store.write((space, name), self.member(source, name, at))
        self.stars.setdefault(space, []).append(source)

    def bind(self, name: str, value: Abstract) -> None:
        """Binds a name in the innermost frame, wherever it is declared."""
        frame = self.frame
        scope = frame.scopes[0]
        if name in frame.globals:
            scope = frame.scopes[-1]
        elif name in frame.nonlocals:
            outer = [each for each in frame.scopes[1:] if self.variable((each, name)) != ABSENT]
            scope = outer[0] if outer else scope
        self.store.write((scope, name), value)


def _itself(value: Abstract, path: str, name: str) -> bool:
    """`from . import name` in a package binds a submodule under the name that is asked for."""
    return isinstance(value, Lazy) and value.module == path and value.name == name


def bound(statement: Statement) -> frozenset[str] | None:
    """The names that a simple statement binds or changes; None where it could be any it mentions."""
    match statement:
        case Assign(targets=targets) if all(map(_root, targets)):
            return frozenset(filter(None, map(_root, targets)))
        case AnnAssign(target=target) if _root(target):
            return frozenset({_root(target)})
        case FunctionDef(name=name) | ClassDef(name=name):
            return frozenset({name})
        case Import(names=names):
            return frozenset(imported.bound for imported in names)
        case _:
            return None


def _root(target: Expression) -> str:
    while not isinstance(target, Name):
        inner = getattr(target, "value", None)
        if inner is None:
            return ""
        target = inner
    return target.id
