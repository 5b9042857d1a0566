"""Whole numbers, and sums of them with values that are not known yet."""

import operator
import re
from collections.abc import Callable, Mapping, Sequence

from poollint.frozen import frozen
from poollint.values import Known, Origin, Unknown, Value, combine, mapped

LONGEST_SUM = 200
"""Characters of `$(( ... ))` that are read."""

TOKEN = re.compile(r"\d+|[A-Za-z_][A-Za-z0-9_]*|\S")
_OPERATORS: Mapping[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.floordiv,
    "%": operator.mod,
}
_SUMS, _PRODUCTS = ("+", "-"), ("*", "/", "%")
_LONGEST_NUMBER = 18


def number(value: Value) -> Value:
    """A string as the whole number that it spells; Unknown if it spells none."""
    return mapped(value, _number, "int")


def _number(known: Known) -> Value:
    try:
        return Known(int(str(known.value).strip(), 10), known.origin, known.through)
    except ValueError:
        return Unknown(f"{str(known.value)[:40]!r} is no number", known.origin)


def total(tokens: Sequence[str | Value], origin: Origin, worth: Callable[[str], Value]) -> Value | None:
    """The value of a sum with brackets; None for what is none. `worth` gives the value of a name."""
    value, rest = _Sum(origin, worth).sum(tuple(tokens))
    return None if rest else value


Tokens = tuple[str | Value, ...]


@frozen
class _Sum:
    origin: Origin
    worth: Callable[[str], Value]

    def sum(self, tokens: Tokens) -> tuple[Value | None, Tokens]:
        return self._chain(tokens, _SUMS, self._product)

    def _product(self, tokens: Tokens) -> tuple[Value | None, Tokens]:
        return self._chain(tokens, _PRODUCTS, self._atom)

    def _chain(
        self,
        tokens: Tokens,
        signs: tuple[str, ...],
        operand: Callable[[Tokens], tuple[Value | None, Tokens]],
    ) -> tuple[Value | None, Tokens]:
        value, rest = operand(tokens)
        while value is not None and rest and isinstance(sign := rest[0], str) and sign in signs:
            right, rest = operand(rest[1:])
            value = None if right is None else combine(value, right, _OPERATORS[sign], sign)
        return value, rest

    def _atom(self, tokens: Tokens) -> tuple[Value | None, Tokens]:
        if not tokens:
            return None, tokens
        first, rest = tokens[0], tokens[1:]
        if not isinstance(first, str):
            return first, rest
        if first == "(":
            value, rest = self.sum(rest)
            return (value, rest[1:]) if rest[:1] == (")",) else (None, rest)
        if first.isdecimal():
            return Known(int(first[:_LONGEST_NUMBER]), self.origin), rest
        return (number(self.worth(first)), rest) if first.isidentifier() else (None, rest)
