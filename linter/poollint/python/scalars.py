"""Operations on constants, and on what stands for one: exactly what Python computes, or `Unknown`."""

import operator
from collections.abc import Callable, Mapping, Sequence

from poollint.python.objects import (
    ABSENT,
    WIDEST,
    Absent,
    Abstract,
    Bound,
    Branch,
    Choice,
    Class,
    DictRef,
    External,
    Function,
    Instance,
    ListRef,
    Member,
    Method,
    ModuleRef,
    Partial,
    Result,
    Tuple,
    alternatives,
    choice,
    each,
)
from poollint.source import Span
from poollint.values import FromEnv, Known, OneOf, Record, Symbol, Text, Unknown, Value

Constant = str | int | float | bool | None
LONGEST = 100_000
"""Characters of a text, or bits of a number, that are still computed."""


def constant(value: object, at: Span) -> Abstract:
    """A Python object that some computation gave."""
    if isinstance(value, str):
        return Known(value, at) if len(value) <= LONGEST else Unknown("a very long text", at)
    if value is None or isinstance(value, bool | int | float):
        return Known(value, at)
    if isinstance(value, list | tuple):
        return Tuple(tuple(constant(item, at) for item in value), at, "tuple")
    return Unknown(f"a value of type {type(value).__name__}", at)


def plain(value: Abstract) -> bool:
    """Whether it is a constant that Python code can compute with (a symbol is none)."""
    return isinstance(value, Known) and not isinstance(value.value, Symbol)


def lift(
    arguments: Sequence[Abstract],
    compute: Callable[[Sequence[Constant]], object],
    name: str,
    at: Span,
) -> Abstract:
    """A Python function of constants, for every alternative and for defaults of the environment.

    `compute` may raise what Python would raise: the result is `Unknown` with that reason.
    """
    for index, argument in enumerate(arguments):
        if isinstance(argument, Choice):
            count = len(argument.alternatives)
            width = count
            for other in arguments[index + 1 :]:
                width *= len(alternatives(other))
            if width > WIDEST * 4:
                return Unknown(f"too many possibilities of {name}", at)
            return choice(
                Branch(
                    lift([*arguments[:index], part.value, *arguments[index + 1 :]], compute, name, at),
                    part.condition,
                )
                for part in argument.alternatives
            )
    unknown = next((argument for argument in arguments if isinstance(argument, Unknown)), None)
    if unknown is not None:
        return unknown
    variables: list[str] = []
    defaults: list[Abstract | None] = []
    for argument in arguments:
        if isinstance(argument, FromEnv):
            variables += (name_ for name_ in argument.variables if name_ not in variables)
            defaults.append(inner(argument.default) if argument.default is not None else None)
        elif plain(argument):
            defaults.append(argument)
        else:
            return Unknown(f"{name} of {described(argument)}", at)
    if variables:
        given = [default for default in defaults if default is not None]
        default = lift(given, compute, name, at) if len(given) == len(defaults) else None
        if isinstance(default, Tuple):
            return Unknown(f"{name} of the environment variable {variables[0]}", at)
        kept = None if default is None or isinstance(default, Unknown | Absent) else outer(default)
        return FromEnv(tuple(variables), kept, name, at)
    first = next((argument.origin for argument in arguments if isinstance(argument, Known)), at)
    through = next((argument.through for argument in arguments if isinstance(argument, Known)), ())
    values = [argument.value for argument in arguments if isinstance(argument, Known)]
    try:
        result = compute([value for value in values if not isinstance(value, Symbol)])
    except (ArithmeticError, ValueError, TypeError, LookupError, AttributeError, MemoryError) as error:
        return Unknown(f"{name} fails: {type(error).__name__}", at)
    made = constant(result, at)
    return Known(made.value, first, through) if isinstance(made, Known) else made


def inner(value: Value) -> Abstract:
    """A value of the value domain as the interpreter keeps it."""
    if isinstance(value, OneOf):
        return choice(Branch(inner(part.value), part.condition) for part in value.alternatives)
    if isinstance(value, Record):
        return Unknown("a mapping from elsewhere", value.origin)
    return value


def outer(value: Abstract) -> Value | None:
    """A scalar, or a choice of scalars, as a value; None for objects."""
    if isinstance(value, Known | FromEnv | Text | Unknown):
        return value
    if isinstance(value, External):
        return Known(Symbol(value.name), Span("", 1, 1, 1, 1))
    return None


def described(value: Abstract) -> str:
    """What it is, for a reason."""
    match value:
        case Text():
            return "a text that is known only in part"
        case External(name=name):
            return name
        case Class(name=name) | Function(name=name):
            return name
        case _:
            return "an object"


def truth(value: Abstract) -> bool | None:
    """What `if value` decides; None when it does not. Dicts, lists and instances are not asked here."""
    match value:
        case Known(value=Symbol()):
            return None
        case Known(value=constant_):
            return bool(constant_)
        case Text(parts=parts):
            return True if any(isinstance(part, str) and part for part in parts) else None
        case Method(receiver=Result()):
            return None
        case Function() | Class() | ModuleRef() | Bound() | Partial() | Method():
            return True
        case External(name="typing.TYPE_CHECKING" | "typing_extensions.TYPE_CHECKING"):
            return False
        case External(name=name):
            return True if name.startswith("builtins.") else None
        case Tuple(items=items):
            return bool(items)
        case Choice():
            decided = {truth(branch.value) for branch in value.alternatives}
            return decided.pop() if len(decided) == 1 else None
        case _:
            return None


def negated(value: Abstract, at: Span) -> Abstract:
    """`not value`"""
    decided = truth(value)
    if decided is not None:
        return Known(not decided, at)
    if isinstance(value, FromEnv | Choice) and outermost_scalars(value):
        return lift([value], lambda args: not args[0], "not", at)
    return Unknown("a condition that is not decided", at)


def signed(sign: str, value: Abstract, at: Span) -> Abstract:
    """`-value` and `+value`; of an inversion nothing is said."""
    if sign == "~":
        return Unknown("the operator ~", at)
    number = value.value if isinstance(value, Member) and value.mixed else value
    return lift([number], lambda args: _signed(sign, args[0]), sign, at)


def _signed(sign: str, value: Constant) -> object:
    if not isinstance(value, int | float):
        raise TypeError(f"a sign of {type(value).__name__}")
    return -value if sign == "-" else +value


def outermost_scalars(value: Abstract) -> bool:
    """Whether every alternative is a constant or comes from the environment."""
    return all(plain(part.value) or isinstance(part.value, FromEnv) for part in alternatives(value))


_SIGNS: Mapping[str, Callable[[Constant, Constant], object]] = {  # pyright: ignore[reportAssignmentType] - what fails is caught
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "%": operator.mod,
    "**": operator.pow,
    "<<": operator.lshift,
    ">>": operator.rshift,
    "&": operator.and_,
    "|": operator.or_,
    "^": operator.xor,
}


def _size(value: Constant) -> int:
    if isinstance(value, str):
        return len(value)
    return abs(value).bit_length() if isinstance(value, int) else 64


def _checked(sign: str, left: Constant, right: Constant) -> object:
    match sign:
        case "*" if isinstance(left, str) or isinstance(right, str):
            count = right if isinstance(left, str) else left
            text = left if isinstance(left, str) else right
            if isinstance(count, int) and _size(text) * count > LONGEST:
                raise ValueError("too long")
        case "**" | "<<" if isinstance(right, int | float) and isinstance(left, int):
            if abs(right) > LONGEST or _size(left) * abs(right) > LONGEST:
                raise ValueError("too long")
        case "%" if isinstance(left, str):
            widths = [int(part) for part in _digits(left)]
            if any(width > LONGEST for width in widths):
                raise ValueError("too long")
    return _SIGNS[sign](left, right)


def _digits(text: str) -> Sequence[str]:
    return "".join(character if character in "0123456789" else " " for character in text).split()


def binary(left: Abstract, sign: str, right: Abstract, at: Span) -> Abstract:
    """`left sign right` of scalars."""
    if sign not in _SIGNS:
        return Unknown(f"the operator {sign}", at)
    if sign == "+" and (_textual(left) or _textual(right)):
        return joined_text([left, right], at)
    shown = f"{_shown(left)} {sign} {_shown(right)}"
    return lift([left, right], lambda args: _checked(sign, args[0], args[1]), shown, at)


def _shown(value: Abstract) -> str:
    match value:
        case FromEnv():
            return value.variable
        case Known(value=constant_):
            return str(constant_)
        case _:
            return "..."


def _textual(value: Abstract) -> bool:
    return isinstance(value, Text) or (isinstance(value, Known) and isinstance(value.value, str))


def joined_text(parts: Sequence[Abstract], at: Span) -> Abstract:
    """Texts one after the other; what is not known stays a hole. Every part must be a text."""
    for index, part in enumerate(parts):
        if isinstance(part, Choice):
            width = 1
            for other in parts:
                width *= len(alternatives(other))
            if width > WIDEST:
                hole = Unknown("a part with too many possibilities", at)
                return joined_text([*parts[:index], hole, *parts[index + 1 :]], at)
            return choice(
                Branch(joined_text([*parts[:index], one.value, *parts[index + 1 :]], at), one.condition)
                for one in part.alternatives
            )
    pieces: list[str | FromEnv | Unknown] = []
    for part in parts:
        match part:
            case Known(value=str() as text):
                pieces.append(text)
            case Text(parts=inside):
                pieces += inside
            case FromEnv() | Unknown():
                pieces.append(part)
            case Known():
                return Unknown("a text and something else cannot be joined", at)
            case _:
                pieces.append(Unknown(described(part), at))
    merged: list[str | FromEnv | Unknown] = []
    for piece in pieces:
        if isinstance(piece, str) and merged and isinstance(merged[-1], str):
            merged[-1] += piece
        elif piece != "":
            merged.append(piece)
    if sum(len(piece) for piece in merged if isinstance(piece, str)) > LONGEST:
        return Unknown("a very long text", at)
    if not merged:
        return Known("", at)
    if len(merged) == 1 and isinstance(merged[0], str):
        origin = next((part.origin for part in parts if isinstance(part, Known)), at)
        return Known(merged[0], origin)
    return Text(tuple(merged), at)


_COMPARE: Mapping[str, Callable[[Constant, Constant], object]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,  # type: ignore[dict-item]
    "<=": operator.le,  # type: ignore[dict-item]
    ">": operator.gt,  # type: ignore[dict-item]
    ">=": operator.ge,  # type: ignore[dict-item]
    "in": lambda a, b: operator.contains(b, a),  # type: ignore[arg-type]
    "not in": lambda a, b: not operator.contains(b, a),  # type: ignore[arg-type]
    "is": lambda a, b: a is b if a is None or b is None or isinstance(a, bool) else _same(a, b),
    "is not": lambda a, b: a is not b if a is None or b is None or isinstance(a, bool) else not _same(a, b),
}


def _same(left: Constant, right: Constant) -> bool:
    if left == right and type(left) is type(right):
        raise ValueError("equal objects may be the same or not")
    return False


def compare(left: Abstract, sign: str, right: Abstract, at: Span) -> Abstract:
    """`left sign right` of scalars and objects; `in` only for texts (containers are for the caller)."""
    if isinstance(left, Choice):
        return choice(
            Branch(compare(part.value, sign, right, at), part.condition) for part in left.alternatives
        )
    if isinstance(right, Choice):
        return choice(
            Branch(compare(left, sign, part.value, at), part.condition) for part in right.alternatives
        )
    objects = _compare_objects(left, sign, right)
    if objects is not None:
        return Known(objects, at)
    if isinstance(left, Text) or isinstance(right, Text):
        return _compare_text(left, sign, right, at)
    return lift([left, right], lambda args: _COMPARE[sign](args[0], args[1]), sign, at)


def _compare_objects(left: Abstract, sign: str, right: Abstract) -> bool | None:
    if sign not in ("==", "!=", "is", "is not"):
        return None
    same: bool | None = None
    definite = (Function, Class, ModuleRef, Bound, Partial, Tuple, DictRef, ListRef, Instance)
    for one, other in ((left, right), (right, left)):
        if isinstance(other, Known) and other.value is None:
            builtin = isinstance(one, External) and one.name.startswith("builtins.")
            identity = sign in ("is", "is not") or not isinstance(one, Instance | Member)
            if (isinstance(one, (*definite, Text, Member)) or builtin) and identity:
                same = False
    if isinstance(left, Class) and isinstance(right, Class):
        same = left == right
    elif isinstance(left, External) and left == right:
        same = True
    elif isinstance(left, Member) and isinstance(right, Member):
        if left == right:
            same = True
        elif left.cls == right.cls and plain(left.value) and plain(right.value) and left.value != right.value:
            same = False
    elif isinstance(left, Tuple) and isinstance(right, Tuple) and sign in ("==", "!="):
        known = all(map(plain, (*left.items, *right.items)))
        same = (
            (left.kind, left.items) == (right.kind, right.items) if known and left.kind == "tuple" else None
        )
    if same is None:
        return None
    return same if sign in ("==", "is") else not same


def _compare_text(left: Abstract, sign: str, right: Abstract, at: Span) -> Abstract:
    """What a text known in part decides: `"sqlite" in url`, `url == ""`."""
    unknown = Unknown("a text that is known only in part", at)
    if sign in ("in", "not in") and isinstance(right, Text) and isinstance(left, Known):
        found = any(isinstance(part, str) and str(left.value) in part for part in right.parts)
        return Known(sign == "in", at) if found and isinstance(left.value, str) else unknown
    one, other = (left, right) if isinstance(left, Text) else (right, left)
    if sign in ("==", "!=") and isinstance(one, Text) and isinstance(other, Known):
        text = other.value
        apart = not isinstance(text, str) or not text.startswith(one.prefix)
        return Known(sign == "!=", at) if apart else unknown
    return unknown


def absent_to(value: Abstract, instead: Abstract) -> Abstract:
    """The value with another one where it is missing."""
    return each(value, lambda part: instead if part == ABSENT else part)


def as_condition(
    left: Abstract, results: Sequence[Abstract], items: Sequence[Abstract], at: Span
) -> Abstract:
    """`left in items`, given `left == item` for each."""
    decided = [truth(result) for result in results]
    if True in decided:
        return Known(True, at)  # noqa: FBT003 - the value itself
    if None not in decided:
        return Known(False, at)  # noqa: FBT003
    if isinstance(left, FromEnv) and all(map(plain, items)):
        count = len(items)
        return lift([left, *items], lambda values: values[0] in values[1 : count + 1], "in", at)
    return Unknown("whether it is one of several", at)
