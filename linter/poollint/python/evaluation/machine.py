"""The state of an interpretation, and what its parts ask of each other."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TypeAlias

from poollint.expressions import Expression, Import, Statement
from poollint.python.evaluation.asked import Asked
from poollint.python.evaluation.frames import Frame, Record
from poollint.python.evaluation.memory import Memory
from poollint.python.evaluation.objects import (
    Abstract,
    Arguments,
    Branch,
    Choice,
    Class,
    External,
    ExternalCall,
    Function,
    Guard,
    alternatives,
    choice,
    each,
)
from poollint.python.evaluation.store import Delta, Store
from poollint.python.modules import Sources
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


class Machine(Memory, ABC):
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
        self.driven_steps = 0
        self.watched: dict[Span, Callable[[Abstract], None]] = {}
        """Places of keys -> who wants to know what is set under them."""
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
        self.driven: dict[tuple[str, Span, int], list[Record]] = {}
        self.reached: set[tuple[str, Span]] = set()
        self.spaces: dict[str, int] = {}
        self.awaited: dict[str, int] = {}
        """Modules of which names were set before they were loaded -> the namespaces of these names."""
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
    def bind(self, name: str, value: Abstract) -> None:
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

    @abstractmethod
    def run(self, statement: Statement) -> bool:
        """Runs one statement; false when execution does not go on behind it."""

    def block(self, body: tuple[Statement, ...]) -> bool:
        """Runs statements; false when the end is not reached (return, raise, break, continue)."""
        depth = len(self.guards)
        alive = True
        for statement in body:
            if not self.run(statement):
                alive = False
                break
        del self.guards[depth:]
        return alive

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

    def lazily(self, value: Abstract, at: Span) -> Abstract:
        """The value with imported names resolved."""
        if isinstance(value, Choice):
            return each(value, lambda part: self.resolve_lazy(part, at))
        return self.resolve_lazy(value, at)


InstanceOf: TypeAlias = Callable[[Class, Arguments, "Machine"], Mapping[str, Abstract] | None]
ExternalCallHook: TypeAlias = Callable[[ExternalCall, "Machine"], Abstract | None]
