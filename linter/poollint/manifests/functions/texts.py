"""Texts of which parts are known, behind each other."""

from collections.abc import Iterable, Iterator
from itertools import groupby

from poollint.source import Span
from poollint.values import Alternative, FromEnv, Known, OneOf, Record, Text, Unknown, Value, one_of

MOST_CHOICES = 3
"""Conditions in one text, and alternatives of one of them; their product becomes alternatives."""
LONGEST = 100_000
"""Characters of a text; CloudFormation accepts templates of 1 MB."""


def between(separator: str, values: Iterable[Value]) -> Iterator[str | Value]:
    """The values with a separator between each two."""
    for position, value in enumerate(values):
        if position:
            yield separator
        yield value


def joined(parts: Iterable[str | Value], at: Span) -> Value:
    """Parts as one text; a few conditions in it become alternatives, more of them are not known."""
    every = [part for part in parts if part != ""]
    choices = [part for part in every if isinstance(part, OneOf)]
    if len(every) == 1 and not isinstance(every[0], str):
        return every[0]
    if len(choices) > MOST_CHOICES or any(len(each.alternatives) > MOST_CHOICES for each in choices):
        return Unknown("a text of many conditions", at)
    for position, part in enumerate(every):
        if isinstance(part, OneOf):
            return one_of(
                Alternative(
                    joined([*every[:position], each.value, *every[position + 1 :]], at), each.condition
                )
                for each in part.alternatives
            )
    return _flat(every, at)


def _flat(parts: list[str | Value], at: Span) -> Value:
    flat: list[str | FromEnv | Unknown] = []
    for part in parts:
        match part:
            case Known(value=known):
                flat.append(str(known))
            case Text():
                flat.extend(part.parts)
            case str() | FromEnv() | Unknown():
                flat.append(part)
            case OneOf() | Record():  # pragma: no cover - opened by the caller; no function gives records
                flat.append(Unknown("a part that is no text", at))
    if sum(len(piece) for piece in flat if isinstance(piece, str)) > LONGEST:
        return Unknown(f"a text of more than {LONGEST:,} characters", at)
    merged: list[str | FromEnv | Unknown] = []
    for is_text, group in groupby(flat, key=lambda piece: isinstance(piece, str)):
        pieces = list(group)
        merged += ["".join(map(str, pieces))] if is_text else pieces
    match merged:
        case []:
            return Known("", at)
        case [str() as whole]:
            return Known(whole, at)
        case _:
            return Text(tuple(merged), at)
