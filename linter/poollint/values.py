"""What a setting is worth, as far as the files tell: the value domain.

A value is one of

- `Known`: a constant, and where it stands;
- `FromEnv`: read from an environment variable, with the default that the code gives;
- `OneOf`: one of several, because a condition is not decided;
- `Text`: a string of which only parts are known;
- `Record`: a mapping whose keys are known and whose values are values;
- `Unknown`: nothing that the files could tell, and the reason.

Two values are equal when they are worth the same, wherever they come from. Operations never guess:
what cannot be computed is `Unknown` with the reason of the operand.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import field
from math import inf
from typing import TypeAlias

from poollint.frozen import frozen
from poollint.levels import Confidence as Confidence  # noqa: PLC0414 - values have it
from poollint.source import Span


@frozen
class Default:
    """An origin that is no place in a file: the documented default of a library, server or platform."""

    of: str
    """What has this default, with its version if that matters: `SQLAlchemy 2.0`."""
    source: str = ""
    """The document or experiment that says so."""
    certain: bool = True
    """Whether the version that decides is known (a default of an unknown version is likely)."""

    def __str__(self) -> str:
        return f"default: {self.of}"


@frozen
class Documented:
    """An origin in a vendor's documentation, with the confidence of the catalogue."""

    by: str
    source: str
    certain: bool = True

    def __str__(self) -> str:
        return f"documented: {self.by}"


@frozen
class Symbol:
    """A class or function that is a value, by its dotted name as its library defines it."""

    name: str

    def __str__(self) -> str:
        return self.name.rpartition(".")[2]


Origin: TypeAlias = Span | Default | Documented
Scalar: TypeAlias = str | int | float | bool | Symbol | None


@frozen
class Known:
    """A constant. `through` are the places that it passed on its way, nearest first."""

    value: Scalar
    origin: Origin = field(compare=False)
    through: tuple[Span, ...] = field(default=(), compare=False)


@frozen
class FromEnv:
    """Read from the environment of the process.

    `variables` are the names in the order in which they are tried. `default` is what the code takes
    when none of them is set, after conversion; `None` stands for "there is none": the process
    fails, or the value is `None` in Python (then `default` is `Known(None, ...)`). `convert` names
    the conversion for people (`int`, `bool`, `x * 2`), empty for none.
    """

    variables: tuple[str, ...]
    default: "Value | None"
    convert: str
    origin: Origin = field(compare=False)

    @property
    def variable(self) -> str:
        """The first name: the one to print."""
        return self.variables[0]


@frozen
class Alternative:
    """One of several values, and the condition under which it is the one (for people)."""

    value: "Value"
    condition: str = ""


@frozen
class OneOf:
    """One of several values; which one is not decided by the files. At least two, no two equal."""

    alternatives: tuple[Alternative, ...]

    @property
    def values(self) -> tuple["Value", ...]:
        """The alternatives without their conditions."""
        return tuple(alternative.value for alternative in self.alternatives)


@frozen
class Text:
    """A string of which some parts are not known (`None`, or the value that stands for the part)."""

    parts: tuple["str | FromEnv | Unknown", ...]
    origin: Origin = field(compare=False)

    @property
    def prefix(self) -> str:
        """The known beginning, possibly empty."""
        return self.parts[0] if self.parts and isinstance(self.parts[0], str) else ""


@frozen
class Entry:
    """An item of a record: the place is that of the key."""

    key: str
    value: "Value"
    at: Span = field(compare=False)
    condition: str | None = None
    """None when the key is always there, else the condition under which it is (possibly no text)."""


@frozen
class Record:
    """A mapping with known keys in order. `rest` says what may be in it besides, if anything may."""

    entries: tuple[Entry, ...]
    origin: Origin = field(compare=False)
    rest: "Unknown | None" = None

    def get(self, key: str) -> "Value | None":
        """The value of a key, or None when the key is not in the record."""
        return next((entry.value for entry in self.entries if entry.key == key), None)


@frozen
class Unknown:
    """What only the running program could tell. `why` is a clause: `argument of a function ...`."""

    why: str
    origin: Origin = field(compare=False)


Value: TypeAlias = Known | FromEnv | OneOf | Text | Record | Unknown
Arithmetic: TypeAlias = Callable[[float, float], float]


@frozen
class Bounds:
    """The least and the most that a number can be. `inf` is no limit, also for "not known"."""

    least: float
    most: float

    def __mul__(self, other: "Bounds") -> "Bounds":
        """The product of two numbers that are not negative; nothing times anything is nothing."""
        return Bounds(_times(self.least, other.least), _times(self.most, other.most))

    def __add__(self, other: "Bounds") -> "Bounds":
        return Bounds(self.least + other.least, self.most + other.most)

    def capped(self, other: "Bounds") -> "Bounds":
        """The smaller of two numbers."""
        return Bounds(min(self.least, other.least), min(self.most, other.most))


ANYTHING = Bounds(0, inf)
NOTHING = Bounds(0, 0)


def _times(left: float, right: float) -> float:
    return 0 if 0 in (left, right) else left * right


def one_of(alternatives: Iterable[Alternative]) -> Value:
    """The alternatives as one value: nested ones flattened, equal ones merged, a single one itself.

    Raises ValueError without any alternative.
    """
    merged: dict[tuple[type, Value], Alternative] = {}
    for alternative in alternatives:
        for flat in _flatten(alternative):
            kind = type(flat.value.value) if isinstance(flat.value, Known) else type(flat.value)
            merged.setdefault((kind, flat.value), flat)  # the kind, because True == 1 in Python
    if not merged:
        raise ValueError("one_of needs at least one alternative")
    distinct = tuple(merged.values())
    return distinct[0].value if len(distinct) == 1 else OneOf(distinct)


def _flatten(alternative: Alternative) -> Iterator[Alternative]:
    if isinstance(alternative.value, OneOf):
        for inner in alternative.value.alternatives:
            both = " and ".join(part for part in (alternative.condition, inner.condition) if part)
            yield Alternative(inner.value, both)
    else:
        yield alternative


def origin_of(value: Value) -> Origin:
    """Where a value comes from; of several the first."""
    return origin_of(value.alternatives[0].value) if isinstance(value, OneOf) else value.origin


def possible(value: Value) -> tuple[Value, ...]:
    """What it can be when environment defaults are taken: no OneOf, no FromEnv with a default."""
    match value:
        case OneOf():
            return tuple(leaf for inner in value.values for leaf in possible(inner))
        case FromEnv(default=default) if default is not None:
            return possible(default)
        case _:
            return (value,)


def bounds(value: Value) -> Bounds:
    """What the files *prove* about a number: a default of the environment proves nothing.

    A value that is no number, or not known, can be anything from 0 on.
    """
    match value:
        case Known(value=bool()):
            return ANYTHING
        case Known(value=int() | float() as number):
            return Bounds(number, number)
        case OneOf():
            return _hull(bounds(inner) for inner in value.values)
        case _:
            return ANYTHING


def likely_bounds(value: Value) -> Bounds:
    """As `bounds`, but the defaults of environment variables are believed."""
    match value:
        case FromEnv(default=default) if default is not None:
            return likely_bounds(default)
        case OneOf():
            return _hull(likely_bounds(inner) for inner in value.values)
        case _:
            return bounds(value)


def _hull(parts: Iterable[Bounds]) -> Bounds:
    every = list(parts)
    return Bounds(min(part.least for part in every), max(part.most for part in every))


def confidence(value: Value) -> Confidence:
    """How sure a value is: constants and certain defaults high, environment defaults medium."""
    match value:
        case Known(origin=Default(certain=False) | Documented(certain=False)):
            return Confidence.MEDIUM
        case Known():
            return Confidence.HIGH
        case FromEnv(default=default) if default is not None:
            return min(Confidence.MEDIUM, confidence(default))
        case OneOf():
            return min(Confidence.MEDIUM, *(confidence(inner) for inner in value.values))
        case Record(rest=None):
            return min((confidence(entry.value) for entry in value.entries), default=Confidence.HIGH)
        case _:
            return Confidence.LOW


def number(value: Value) -> float | None:
    """The number when it is known for certain or by one environment default, else None."""
    match value:
        case Known(value=bool()):
            return None
        case Known(value=int() | float() as known):
            return known
        case FromEnv(default=default) if default is not None:
            return number(default)
        case _:
            return None


def combine(left: Value, right: Value, operate: Arithmetic, sign: str) -> Value:
    """Arithmetic on two values, alternative by alternative.

    `operate` may raise ArithmeticError (a division by zero): the result is then Unknown, as it is
    for what is no number. The origin of a result is that of its first operand.
    """
    match left, right:
        case (OneOf(), _):
            return one_of(
                Alternative(combine(each.value, right, operate, sign), each.condition)
                for each in left.alternatives
            )
        case (_, OneOf()):
            return one_of(
                Alternative(combine(left, each.value, operate, sign), each.condition)
                for each in right.alternatives
            )
        case (Unknown(), _):
            return left
        case (_, Unknown()):
            return right
        case (Known(value=int() | float() as a), Known(value=int() | float() as b)):
            try:
                return Known(operate(a, b), left.origin)
            except (ArithmeticError, ValueError):
                return Unknown(f"{a} {sign} {b} has no value", left.origin)
        case (FromEnv() | Known(), FromEnv() | Known()):
            return _combine_env(left, right, operate, sign)
        case _:
            return Unknown("arithmetic on what is no number", origin_of(left))


def _combine_env(left: FromEnv | Known, right: FromEnv | Known, operate: Arithmetic, sign: str) -> Value:
    variables = tuple(name for side in (left, right) if isinstance(side, FromEnv) for name in side.variables)
    if not variables:
        return Unknown("arithmetic on what is no number", left.origin)
    sides = [side.default if isinstance(side, FromEnv) else side for side in (left, right)]
    default = (
        combine(sides[0], sides[1], operate, sign) if sides[0] is not None and sides[1] is not None else None
    )
    shown = " ".join((_shown(left), sign, _shown(right)))
    return FromEnv(variables, default, shown, left.origin)


def _shown(side: FromEnv | Known) -> str:
    return side.variable if isinstance(side, FromEnv) else str(side.value)


def mapped(value: Value, change: Callable[[Known], Value], name: str) -> Value:
    """A function of one value, applied to every constant in it; `name` is shown for the environment's."""
    match value:
        case Known():
            return change(value)
        case FromEnv():
            default = None if value.default is None else mapped(value.default, change, name)
            return FromEnv(value.variables, default, name, value.origin)
        case OneOf():
            return one_of(
                Alternative(mapped(each.value, change, name), each.condition) for each in value.alternatives
            )
        case Text() | Record():
            return Unknown(f"{name} of a value that is known only in part", value.origin)
        case _:
            return value


def resolved(value: Value, environment: Mapping[str, Value]) -> Value:
    """Variables replaced by what an environment sets, where no conversion stands between."""
    match value:
        case FromEnv(variables=names, convert=""):
            found = next((environment[name] for name in names if name in environment), None)
            return value if found is None else found
        case OneOf():
            return one_of(
                Alternative(resolved(each.value, environment), each.condition) for each in value.alternatives
            )
        case _:
            return value
