"""Places for what has none: a class of a library is a value like any other, but stands in no file."""

from dataclasses import replace

from poollint.source import Span
from poollint.values import Alternative, FromEnv, OneOf, Origin, Record, Value, one_of


def placed(value: Value, at: Span) -> Value:
    """The value, at the place of the argument where it has none of its own; in a mapping at its key."""
    match value:
        case OneOf():
            parts = (Alternative(placed(each.value, at), each.condition) for each in value.alternatives)
            return one_of(parts)
        case Record():
            entries = (replace(each, value=placed(each.value, each.at)) for each in value.entries)
            return replace(value, entries=tuple(entries), origin=_place(value.origin, at))
        case FromEnv(default=default) if default is not None:
            return replace(value, default=placed(default, at), origin=_place(value.origin, at))
        case _:
            return replace(value, origin=_place(value.origin, at))


def _place(origin: Origin, at: Span) -> Origin:
    return at if isinstance(origin, Span) and not origin.path else origin
