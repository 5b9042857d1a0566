"""Functions of Python whose results depend on constants alone."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus, unquote, unquote_plus

from poollint.python.evaluation.objects import (
    Abstract,
    Choice,
    Member,
    Result,
    alternatives,
    each,
)
from poollint.python.operations.scalars import Constant, lift, plain
from poollint.source import Span
from poollint.values import FromEnv, Known, Unknown

if TYPE_CHECKING:
    from poollint.python.evaluation.calls import Calls


_LONGEST = 4000


def _int(values: Sequence[Constant]) -> object:
    first, *rest = values
    if isinstance(first, str):
        if len(first) > _LONGEST:
            raise ValueError(first[:10])
        return int(first, *(base for base in rest if isinstance(base, int)))
    if first is None:
        raise TypeError("int of None")
    return int(first)


def _float(values: Sequence[Constant]) -> object:
    if values[0] is None:
        raise TypeError("float of None")
    return float(values[0])


def number_of(value: Constant) -> float:
    if isinstance(value, str) or value is None:
        raise TypeError("no number")
    return value


def _text(value: Constant) -> str:
    if not isinstance(value, str):
        raise TypeError("no text")
    return value


def _round(values: Sequence[Constant]) -> object:
    digits = values[1] if len(values) > 1 else None
    return round(number_of(values[0]), digits) if isinstance(digits, int) else round(number_of(values[0]))


_TRUE = ("y", "yes", "t", "true", "on", "1")


_FALSE = ("n", "no", "f", "false", "off", "0")


def _strtobool(values: Sequence[Constant]) -> object:
    text = _text(values[0]).lower()
    if text not in (*_TRUE, *_FALSE):
        raise ValueError(text[:10])
    return int(text in _TRUE)


PURE: Mapping[str, Callable[[Sequence[Constant]], object]] = {
    "builtins.int": _int,
    "builtins.float": _float,
    "builtins.bool": lambda values: bool(values[0]),
    "builtins.abs": lambda values: abs(number_of(values[0])),
    "builtins.round": _round,
    "builtins.ord": lambda values: ord(_text(values[0])),
    "math.ceil": lambda values: math.ceil(number_of(values[0])),
    "math.floor": lambda values: math.floor(number_of(values[0])),
    "math.trunc": lambda values: math.trunc(number_of(values[0])),
    "math.sqrt": lambda values: math.sqrt(number_of(values[0])),
    "builtins.len": lambda values: len(_text(values[0])),
    "urllib.parse.quote_plus": lambda values: quote_plus(_text(values[0])),
    "urllib.parse.quote": lambda values: quote(_text(values[0])),
    "urllib.parse.unquote": lambda values: unquote(_text(values[0])),
    "urllib.parse.unquote_plus": lambda values: unquote_plus(_text(values[0])),
    "distutils.util.strtobool": _strtobool,
    "setuptools.distutils.util.strtobool": _strtobool,
}


MOST = {"builtins.int": 2, "builtins.round": 2}


_UNITS = {
    "weeks": 604_800.0,
    "days": 86_400.0,
    "hours": 3_600.0,
    "minutes": 60.0,
    "seconds": 1.0,
    "milliseconds": 0.001,
    "microseconds": 0.000_001,
}


_ORDER = ("days", "seconds", "microseconds", "milliseconds", "minutes", "hours", "weeks")


def pure_call(
    machine: "Calls",
    name: str,
    compute: Callable[[Sequence[Constant]], object],
    given: tuple[Abstract, ...],
    at: Span,
) -> Abstract | None:
    if name in ("builtins.len", "builtins.bool"):
        value = given[0]
        if isinstance(value, Choice) and not all(map(_scalar, (one.value for one in alternatives(value)))):
            return each(value, lambda one: pure_call(machine, name, compute, (one,), at) or Unknown(name, at))
        if not _scalar(value):
            if name == "builtins.bool":
                decided = machine.truth(value)
                return Unknown("the truth of an object", at) if decided is None else Known(decided, at)
            items = machine.iterate(value, at)
            return Unknown("the length of what is not known", at) if items is None else Known(len(items), at)
    given = tuple(each(one, lambda part: part.value if isinstance(part, Member) and part.mixed else part)
                  for one in given)  # fmt: skip
    return lift(given, compute, name.rpartition(".")[2], at)


def _scalar(value: Abstract) -> bool:
    return plain(value) or isinstance(value, FromEnv | Unknown)


def timedelta_seconds(value: Result) -> Abstract | None:
    """The seconds of a `datetime.timedelta(...)`; None when an argument is not understood."""
    at = value.at
    parts: list[Abstract] = []
    names: list[str] = []
    for name, one in zip(_ORDER, value.arguments.positional, strict=False):
        names.append(name)
        parts.append(one)
    for keyword in value.arguments.keywords:
        if keyword.name not in _UNITS or keyword.condition is not None:
            return None
        names.append(keyword.name)
        parts.append(keyword.value)
    if value.arguments.rest is not None:
        return None

    def compute(values: Sequence[Constant]) -> object:
        from datetime import timedelta  # noqa: PLC0415 - rare

        return timedelta(**{n: number_of(v) for n, v in zip(names, values, strict=True)}).total_seconds()

    return lift(parts, compute, "total_seconds", at) if parts else Known(0.0, at)
