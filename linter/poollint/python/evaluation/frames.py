"""What an interpretation keeps of each activation, and of what it observes."""

from dataclasses import dataclass, field

from poollint.expressions import Place
from poollint.frozen import frozen
from poollint.python.evaluation.objects import (
    Abstract,
    Binding,
    Class,
    Function,
    MakerCall,
)
from poollint.python.evaluation.store import Delta
from poollint.source import Span


@frozen
class Exit:
    """A `return`, `break` or `continue`: the value, and the writes since the catching mark."""

    kind: str
    value: Abstract
    delta: Delta
    condition: str
    mark: int


@dataclass(slots=True)
class Frame:
    """One activation: a module body, a class body or a function body."""

    path: str
    kind: str
    scopes: tuple[int, ...]
    names: tuple[str, ...]
    mark: int
    function: Function | None = None
    owner: Class | None = None
    receiver: Abstract | None = None
    decorators: tuple[str, ...] = ()
    is_async: bool = False
    globals: set[str] = field(default_factory=set)
    nonlocals: set[str] = field(default_factory=set)
    exits: list[Exit] = field(default_factory=list)
    loops: list[int] = field(default_factory=list)
    guards: int = 0
    """How many guards were there when the frame began."""
    pending: set[str] = field(default_factory=set)
    """Reasons why conditions in it, and in what it called, were not decided."""

    def span(self, at: Place) -> Span:
        """A place of this frame's file."""
        return Span(self.path, *at)


@dataclass(slots=True)
class Record:
    """A maker call while it is still observed."""

    call: MakerCall
    bound: list[Binding]
    functions: tuple[Function, ...]
    """The repository functions that are active, innermost first."""
    disposed: bool = False
    pending: frozenset[str] = frozenset()
    """Reasons why conditions on the way to it were not decided."""


@frozen
class Effect:
    """What a function may do to the module around it: the globals that it binds, and the chains
    (`("OPTIONS",)`, `("settings", "pool")`) that it assigns (`name`) or changes the content of."""

    name: str
    at: Place
    globals: frozenset[str]
    changes: tuple[tuple[tuple[str, ...], str], ...]
