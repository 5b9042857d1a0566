"""The state of an interpretation, and what its parts ask of each other."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeAlias

from poollint.expressions import Expression, Import, Place
from poollint.frozen import frozen
from poollint.python.asked import Asked
from poollint.python.modules import Sources
from poollint.python.objects import (
    ABSENT,
    Abstract,
    Arguments,
    Binding,
    Branch,
    Choice,
    Class,
    Content,
    DictContent,
    DictRef,
    External,
    ExternalCall,
    Function,
    Guard,
    ListContent,
    ListRef,
    MakerCall,
    Tuple,
    alternatives,
    choice,
    each,
)
from poollint.python.store import Delta, Store
from poollint.source import Span
from poollint.values import Unknown, Value

STEPS = 60_000
"""Expressions and statements that one module or one entry point may take."""
DEPTH = 24
"""Calls of repository functions inside each other."""
UNCALLED = "argument of a function that is not called here"


class Exhausted(Exception):  # noqa: N818 - not an error: the interpretation stops here
    """An entry point took too many steps."""


class Recursive(Exception):  # noqa: N818 - as above
    """A function calls itself; the outermost call gives up."""

    def __init__(self, function: Function) -> None:
        super().__init__(function.name)
        self.function = function


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


class Machine(ABC):
    """Everything that is known while code is interpreted."""

    def __init__(
        self,
        sources: Sources,
        environment: Mapping[str, Value] | None = None,
        *,
        makers: frozenset[str] = frozenset(),
        instance_of: "InstanceOf | None" = None,
        external_call: "ExternalCallHook | None" = None,
        callers: Callable[[str], Iterable[str]] | None = None,
    ) -> None:
        self.sources = sources
        self.environment = Asked(environment or {})
        self.makers = makers
        self.instance_of = instance_of
        self.external_call = external_call
        self.callers = callers
        self.followed: dict[str, set[str]] = {}
        self.follow_all = False
        self.effects: dict[str, tuple[Effect, ...]] = {}
        self.mentions: dict[Span, frozenset[str]] = {}
        self.reset()

    def reset(self) -> None:
        """Forgets what was interpreted; what was parsed, and what is followed, stays."""
        self.store = Store()
        self.frames: list[Frame] = []
        self.stack: list[Span] = []
        self.guards: list[Guard] = []
        self.loops = 0
        self.muted = 0
        self.steps = 0
        self.records: dict[tuple[Span, tuple[Span, ...], str], Record] = {}
        self.reached: set[tuple[str, Span]] = set()
        self.spaces: dict[str, int] = {}
        self.paths: dict[int, str] = {}
        self.loading: set[str] = set()
        self.stars: dict[int, list[str | External]] = {}
        self.passed: dict[str, tuple[str, str]] = {}
        """Reasons that name an imported name which was not looked up -> the importing file, the name."""

    @property
    def frame(self) -> Frame:
        """The innermost activation."""
        return self.frames[-1]

    def step(self) -> None:
        """Counts; raises Exhausted."""
        self.steps += 1
        if self.steps > STEPS:
            raise Exhausted

    @abstractmethod
    def evaluate(self, expression: Expression) -> Abstract:
        """The value of an expression in the innermost frame; never a choice with `Absent`."""

    @abstractmethod
    def call(self, function: Abstract, arguments: Arguments, at: Span) -> Abstract:
        """Calls whatever it is."""

    @abstractmethod
    def attribute(self, value: Abstract, name: str, at: Span) -> Abstract:
        """`value.name`"""

    @abstractmethod
    def item(self, value: Abstract, key: Abstract, at: Span) -> Abstract:
        """`value[key]`"""

    @abstractmethod
    def iterate(self, value: Abstract, at: Span) -> tuple[Abstract, ...] | None:
        """What a loop over the value sees, in order; None when that is not known."""

    @abstractmethod
    def set_attribute(self, value: Abstract, name: str, new: Abstract, at: Span) -> None:
        """`value.name = new`; deletes when `new` is `ABSENT`."""

    @abstractmethod
    def set_item(self, value: Abstract, key: Abstract, new: Abstract, at: Span) -> None:
        """`value[key] = new`; deletes when `new` is `ABSENT`. The place is the key's."""

    @abstractmethod
    def operate(self, left: Abstract, sign: str, right: Abstract, at: Span) -> Abstract:
        """`left sign right`"""

    @abstractmethod
    def augment(self, left: Abstract, sign: str, right: Abstract, at: Span) -> Abstract:
        """`left sign= right`: changes dicts and lists, else as `operate`."""

    @abstractmethod
    def compare(self, left: Abstract, sign: str, right: Abstract, at: Span) -> Abstract:
        """`left sign right` for comparisons."""

    @abstractmethod
    def decorated(self, made: Abstract, decorators: tuple[Abstract, ...], at: Span) -> Abstract:
        """A function or class after its decorators (outermost first)."""

    @abstractmethod
    def lookup(self, name: str, at: Span) -> Abstract:
        """The value of a name in the innermost frame."""

    @abstractmethod
    def bind(self, name: str, value: Abstract, at: Span) -> None:
        """Binds a name in the innermost frame, wherever it is declared."""

    @abstractmethod
    def import_(self, statement: Import) -> None:
        """Binds what an import statement names, without looking into the module."""

    @abstractmethod
    def resolve_lazy(self, value: Abstract, at: Span) -> Abstract:
        """An imported name as what it is in its module."""

    @abstractmethod
    def truth(self, value: Abstract) -> bool | None:
        """What `if value` decides."""

    @abstractmethod
    def outside_call(self, call: ExternalCall) -> Abstract:
        """A call that leaves the repository."""

    # --- arms ---

    def apart(self, value: Choice, run: Callable[[Abstract], Abstract]) -> Abstract:
        """Does something for each alternative from the same state, and joins values and states."""
        results: list[Branch] = []

        def arm(branch: Branch) -> bool:
            results.append(Branch(run(branch.value), branch.condition))
            return True

        arms: list[tuple[str, Callable[[], bool]]] = [
            (branch.condition, lambda branch=branch: arm(branch))  # type: ignore[misc]
            for branch in value.alternatives
        ]
        self.split("", arms)
        return choice(results)

    def split(self, group: str, arms: Sequence[tuple[str, Callable[[], bool]]]) -> bool:
        """Runs each arm from the same state and joins the states of those that come to an end.

        An arm says whether it does (it may return, raise or jump instead). With a group, the events
        in different arms exclude each other; the only arm that survives stays guarded to the end of
        the block.
        """
        store = self.store
        mark, newest = store.mark(), store.next
        outcomes: list[tuple[int, str, Delta]] = []
        for index, (text, arm) in enumerate(arms):
            depth = len(self.guards)
            if group:
                self.guards.append(Guard(group, index, text))
            alive = arm()
            del self.guards[depth:]
            if alive:
                outcomes.append((index, text, store.since(mark)))
            store.undo(mark)
        if not outcomes:
            return False
        if len(outcomes) == 1:
            store.apply(outcomes[0][2])
            if group and len(arms) > 1:
                self.guards.append(Guard(group, outcomes[0][0], outcomes[0][1]))
            return True
        store.join([(text, delta) for _, text, delta in outcomes], newest)
        return True

    def undecided(self, value: Abstract) -> None:
        """Notes why a condition is not decided."""
        for branch in alternatives(value):
            if isinstance(branch.value, Unknown) and branch.value.why in self.passed:
                self.frame.pending.add(branch.value.why)

    @contextmanager
    def unheard(self) -> Iterator[None]:
        """Events are not recorded inside."""
        self.muted += 1
        try:
            yield
        finally:
            self.muted -= 1

    # --- objects in the store ---

    def namespace(self) -> int:
        """A new namespace."""
        return self.store.allocate()

    def new_dict_of(self, content: DictContent, at: Span) -> DictRef:
        """A dict with that content."""
        made = DictRef(self.store.allocate(), at)
        self.store.write((made.id, ""), content)
        return made

    def new_list_of(self, content: ListContent, at: Span) -> ListRef:
        """A list with that content."""
        made = ListRef(self.store.allocate(), at)
        self.store.write((made.id, ""), content)
        return made

    def dict_of(self, ref: DictRef) -> DictContent:
        """What a dict holds now."""
        content = self.store.read((ref.id, ""))
        return (
            content if isinstance(content, DictContent) else DictContent((), Unknown("a lost dict", ref.at))
        )

    def list_of(self, ref: ListRef) -> ListContent:
        """What a list holds now."""
        content = self.store.read((ref.id, ""))
        return (
            content if isinstance(content, ListContent) else ListContent((), Unknown("a lost list", ref.at))
        )

    def variable(self, cell: tuple[int, str]) -> Abstract:
        """What a name or attribute is bound to."""
        content: Content = self.store.read(cell)
        return ABSENT if isinstance(content, DictContent | ListContent) else content

    def forget(self, value: Abstract, why: str, at: Span, *, instances: bool = False) -> None:
        """Somebody else may change the containers in this value from now on.

        What they hold now is known no longer. Attributes of instances only where asked.
        """
        done: set[int] = set()
        stack = [value]
        while stack:
            top = stack.pop()
            for branch in alternatives(top):
                match branch.value:
                    case DictRef(id=id_) if id_ not in done:
                        done.add(id_)
                        stack += (entry.value for entry in self.dict_of(branch.value).entries)
                        self.store.write((id_, ""), DictContent((), Unknown(why, at)))
                    case ListRef(id=id_) if id_ not in done:
                        done.add(id_)
                        stack += self.list_of(branch.value).items
                        self.store.write((id_, ""), ListContent((), Unknown(why, at)))
                    case Tuple(items=items):
                        stack += items
                    case other if instances and not isinstance(other, Tuple):
                        self._forget_attributes(other, why, at, done)

    def _forget_attributes(self, value: Abstract, why: str, at: Span, done: set[int]) -> None:
        number = getattr(value, "id", None)
        if isinstance(value, DictRef | ListRef | Class) or not isinstance(number, int) or number in done:
            return
        done.add(number)
        for cell in self.store.cells_of(number):
            self.store.write(cell, Unknown(why, at))

    def lazily(self, value: Abstract, at: Span) -> Abstract:
        """The value with imported names resolved."""
        return each(value, lambda part: self.resolve_lazy(part, at))


InstanceOf: TypeAlias = Callable[[Class, Arguments, "Machine"], Mapping[str, Abstract] | None]
ExternalCallHook: TypeAlias = Callable[[ExternalCall, "Machine"], Abstract | None]
