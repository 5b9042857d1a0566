"""Values with their origins, as JSON and as text. Passwords in URLs are `***`."""

from math import inf

from poollint.passwords import hidden_in_urls
from poollint.source import Span
from poollint.values import FromEnv, Known, OneOf, Record, Scalar, Symbol, Text, Unknown, Value


def value_json(value: Value) -> dict[str, object]:
    """A value as the `inspect` format has it."""
    match value:
        case Known():
            sure = isinstance(value.origin, Span) or value.origin.certain
            likely: dict[str, object] = {} if sure else {"certain": False}
            return {"kind": "known", "value": scalar(value.value), "origin": str(value.origin), **likely}
        case FromEnv():
            default = {} if value.default is None else {"default": _default(value.default)}
            return {"kind": "env", "variable": value.variable, **default, "origin": str(value.origin)}
        case OneOf():
            return {"kind": "one_of", "values": [value_json(each) for each in value.values]}
        case Text():
            parts = [hidden_in_urls(part) if isinstance(part, str) else None for part in value.parts]
            return {"kind": "text", "parts": parts, "origin": str(value.origin)}
        case Record():
            entries = {each.key: value_json(each.value) for each in value.entries}
            return {"kind": "record", "entries": entries, "origin": str(value.origin)}
        case _:
            return {"kind": "unknown", "why": value.why, "origin": str(value.origin)}


def _default(default: Value) -> object:
    """A constant as it is, anything else as a value."""
    if isinstance(default, Known):
        return scalar(default.value)
    return value_json(default)


def scalar(value: Scalar) -> str | float | bool | None:
    """A constant as JSON has it: a class by its name, no limit as "unbounded"."""
    match value:
        case str():
            return hidden_in_urls(value)
        case Symbol():
            return str(value)
        case float() if value == inf:
            return "unbounded"
        case _:
            return value


def value_text(value: Value) -> str:
    """A value for people, without its origin."""
    match value:
        case Known(value=None | bool()):
            return str(value.value)
        case Known():
            return str(scalar(value.value))
        case FromEnv(default=None):
            return f"${value.variable}"
        case FromEnv(default=default) if default is not None:
            return f"${value.variable}, {value_text(default)} without it"
        case OneOf():
            return " or ".join(value_text(each) for each in value.values)
        case Text():
            return hidden_in_urls("".join(_part(part) for part in value.parts))
        case Record():
            entries = (f"{each.key}={value_text(each.value)}" for each in value.entries)
            return "{" + ", ".join(entries) + "}"
        case _:
            return f"not known: {value.why}" if isinstance(value, Unknown) else "not known"


def _part(part: str | FromEnv | Unknown) -> str:
    return part if isinstance(part, str) else f"${{{part.variable}}}" if isinstance(part, FromEnv) else "…"
