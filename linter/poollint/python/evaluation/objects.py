"""What Python code computes, as far as it can be followed: the interpreter's values.

An abstract value is a value of `poollint.values` (but `OneOf` is `Choice` and `Record` is a `DictRef`
here), or an object that only matters while the code is interpreted. Objects that can change are
references into the interpreter's store.
"""

from collections.abc import Callable, Iterable
from dataclasses import field
from typing import TypeAlias

from poollint.expressions import ClassDef, Expression, FunctionDef, Lambda
from poollint.frozen import frozen
from poollint.source import Span
from poollint.values import Entry, FromEnv, Known, Text, Unknown, Value

WIDEST = 24
"""More alternatives than these are no longer told apart."""


@frozen
class External:
    """Something that the repository does not define, by its dotted name; `builtins.int` too."""

    name: str


@frozen
class Function:
    """A function of the repository with the scopes that it sees, and its evaluated defaults."""

    name: str
    path: str
    scopes: tuple[int, ...]
    node: FunctionDef | Lambda = field(compare=False, repr=False)
    at: Span
    defaults: tuple[tuple[str, "Abstract"], ...] = ()
    owner: "Class | None" = field(default=None, compare=False, repr=False)
    decorators: tuple[str, ...] = field(default=(), compare=False)
    """Dotted names of its decorators, outermost first; empty text where one cannot be resolved."""


@frozen
class Class:
    """A class of the repository; `id` is the namespace of its attributes."""

    id: int
    name: str
    path: str
    node: ClassDef = field(compare=False, repr=False)
    scopes: tuple[int, ...] = field(compare=False, repr=False)
    bases: tuple["Abstract", ...] = field(compare=False, repr=False)
    decorators: tuple["Abstract", ...] = field(compare=False, repr=False, default=())


@frozen
class Instance:
    """An object of a repository class; `id` is the namespace of its attributes."""

    id: int
    cls: Class
    known: bool = True
    """False when a base or metaclass outside the repository may have set attributes."""


@frozen
class DictRef:
    """A dict in the store."""

    id: int
    at: Span = field(compare=False)


@frozen
class ListRef:
    """A list in the store."""

    id: int
    at: Span = field(compare=False)


@frozen
class Tuple:
    """A tuple, or the items of a set display (`kind`)."""

    items: tuple["Abstract", ...]
    at: Span = field(compare=False)
    kind: str = "tuple"


@frozen
class ModuleRef:
    """A module of the repository. A path that ends in `/` is a package without a file."""

    path: str


@frozen
class Bound:
    """A repository function with its first argument."""

    function: "Abstract"
    receiver: "Abstract"


@frozen
class Partial:
    """`functools.partial(function, ...)`."""

    function: "Abstract"
    arguments: "Arguments"


@frozen
class Method:
    """A method of a value that is no repository object: a text, a dict, a list, a `Result`."""

    receiver: "Abstract"
    name: str


@frozen
class Result:
    """What a call outside the repository gave."""

    of: str
    at: Span
    arguments: "Arguments" = field(compare=False, repr=False)


@frozen
class Member:
    """A member of an enumeration. `mixed` when it is also a text or a number (`StrEnum`, `int`)."""

    cls: Class
    name: str
    value: "Abstract"
    mixed: bool


@frozen
class Super:
    """`super()` inside a method."""

    owner: Class
    receiver: "Abstract"


@frozen
class Lazy:
    """An imported name that nothing has asked for yet. `module` is a path, `name` empty for itself."""

    module: str
    name: str


@frozen
class Absent:
    """Not there: an unbound name, a missing attribute or key."""


@frozen
class Branch:
    """One of several values and the condition for it."""

    value: "Abstract"
    condition: str = field(default="", compare=False)


@frozen
class Choice:
    """One of several; at least two, no two equal, none a choice itself."""

    alternatives: tuple[Branch, ...]


Scalar: TypeAlias = Known | FromEnv | Text | Unknown
Abstract: TypeAlias = (
    Value
    | External
    | Function
    | Class
    | Instance
    | DictRef
    | ListRef
    | Tuple
    | ModuleRef
    | Bound
    | Partial
    | Method
    | Result
    | Member
    | Super
    | Lazy
    | Absent
    | Choice
)
ABSENT = Absent()


@frozen
class Keyword:
    """`name=value` of a call, or an item of a splat; `condition` as in `values.Entry`."""

    name: str
    value: Abstract
    at: Span
    condition: str | None = None


@frozen
class Arguments:
    """The arguments of a call after splats are opened; `rest` says why there may be more."""

    positional: tuple[Abstract, ...] = ()
    keywords: tuple[Keyword, ...] = ()
    rest: Unknown | None = None

    def keyword(self, name: str) -> Abstract | None:
        """The value given by that name."""
        return next((each.value for each in self.keywords if each.name == name), None)

    def get(self, position: int, name: str = "") -> Abstract | None:
        """The value given at that position (from 0) or by that name."""
        if position < len(self.positional):
            return self.positional[position]
        return self.keyword(name)


@frozen
class ExternalCall:
    """A call that leaves the repository. `receiver` is the object of a method call."""

    name: str
    arguments: Arguments
    at: Span
    receiver: Abstract | None = None


@frozen
class ClassField:
    """A name that a class body binds or annotates."""

    name: str
    annotation: Expression | None
    default: Abstract | None
    at: Span
    owner: Class


Key: TypeAlias = str | int | float | bool | Member | None


@frozen
class DictEntry:
    """An item of a dict. Its value is a choice with `Absent` when it may be missing."""

    key: Key
    value: Abstract
    at: Span


@frozen
class DictContent:
    """What a dict holds at one moment."""

    entries: tuple[DictEntry, ...] = ()
    rest: Unknown | None = None


@frozen
class ListContent:
    """What a list holds at one moment."""

    items: tuple[Abstract, ...] = ()
    rest: Unknown | None = None


Content: TypeAlias = Abstract | DictContent | ListContent


@frozen
class Binding:
    """Where a result was kept: `target` is `engine` or `self.engine`, `scope` what encloses it."""

    path: str
    scope: tuple[str, ...]
    target: str


@frozen
class Guard:
    """An undecided condition: events in different arms of one group exclude each other."""

    group: str
    arm: int
    text: str


@frozen
class MakerCall:
    """A call that makes an engine, with what it is given. See `Evaluator.events`."""

    at: Span
    callee: str
    positional: tuple[Value, ...]
    keywords: tuple[Entry, ...]
    rest: Unknown | None
    calls: tuple[Span, ...] = ()
    functions: tuple[str, ...] = ()
    bound: tuple[Binding, ...] = ()
    decorators: tuple[str, ...] = ()
    is_async: bool = False
    loop: bool = False
    conditions: tuple[Guard, ...] = ()
    disposed: bool = False
    as_value: bool = False


def _kind(value: Abstract) -> type:
    return type(value.value) if isinstance(value, Known) else type(value)


def alternatives(value: Abstract) -> tuple[Branch, ...]:
    """The value as a list of alternatives, one if it is decided."""
    return value.alternatives if isinstance(value, Choice) else (Branch(value),)


def may_be_absent(value: Abstract) -> bool:
    """Whether it is missing, or may be."""
    if isinstance(value, Choice):
        return any(branch.value is ABSENT for branch in value.alternatives)
    return value is ABSENT


def choice(branches: Iterable[Branch]) -> Abstract:
    """One of these: flat, without equals; `Unknown` when there are too many, `Absent` when none."""
    flat: list[Branch] = []
    seen: set[tuple[type, Abstract]] = set()
    for branch in branches:
        for each in alternatives(branch.value):
            key = (_kind(each.value), each.value)
            if key not in seen:
                seen.add(key)
                both = " and ".join(part for part in (branch.condition, each.condition) if part)
                flat.append(Branch(each.value, both))
    if len(flat) > WIDEST:
        return _too_many([branch.value for branch in flat])
    if len(flat) > 1:
        return Choice(tuple(flat))
    return next((branch.value for branch in flat), ABSENT)


def _too_many(values: Iterable[Abstract]) -> Abstract:
    """Of URLs what stands before `://` is kept, of anything else nothing."""
    flat = list(values)
    origin = next((value.origin for value in flat if isinstance(value, Known | FromEnv | Unknown)), None)
    why = Unknown("too many possibilities", origin or Span("", 1, 1, 1, 1))
    schemes = {_scheme(value) for value in flat}
    if "" in schemes or len(schemes) > WIDEST:
        return why
    return choice(Branch(Text((f"{scheme}://", why), why.origin)) for scheme in sorted(schemes))


def _scheme(value: Abstract) -> str:
    match value:
        case Known(value=str() as text) | Text(parts=(str() as text, *_)) if "://" in text:
            return text.partition("://")[0]
        case _:
            return ""


def each(value: Abstract, change: Callable[[Abstract], Abstract]) -> Abstract:
    """A function of every alternative."""
    if not isinstance(value, Choice):
        return change(value)
    return choice(Branch(change(branch.value), branch.condition) for branch in value.alternatives)


def present(value: Abstract) -> Abstract:
    """The value without the alternative that it is missing."""
    if not isinstance(value, Choice):
        return value
    return choice(branch for branch in value.alternatives if not isinstance(branch.value, Absent))
