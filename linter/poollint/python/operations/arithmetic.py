"""Signs and operators between scalars."""

import operator
from collections.abc import Callable, Mapping, Sequence

from poollint.python.evaluation.objects import (
    WIDEST,
    Abstract,
    Branch,
    Choice,
    Member,
    alternatives,
    choice,
)
from poollint.python.operations.scalars import LONGEST, Constant, described, lift
from poollint.source import Span
from poollint.values import FromEnv, Known, Text, Unknown


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
