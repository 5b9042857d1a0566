"""Kinds of configuration values: what each accepts, and how JSON Schema says so."""

from collections.abc import Callable, Mapping
from dataclasses import field
from types import MappingProxyType
from typing import Never, TypeAlias, TypeVar

from poollint.frozen import frozen
from poollint.toml_places import Path

T = TypeVar("T")

Fail: TypeAlias = Callable[[Path, str], Never]
"""Raises for the value at a path, with a clause that says what is wrong."""


@frozen
class Kind:
    """`read` gives the value as the program wants it, or fails; `says` names the kind for people."""

    says: str
    schema: Mapping[str, object]
    read: Callable[[object, Path, Fail], object]


def documented(doc: str, kind: Kind, default: T) -> T:
    """A field of a configuration class: what it is for, what it accepts, what holds without it."""
    metadata = {"doc": doc, "kind": kind}
    if isinstance(default, Mapping):
        return field(default_factory=lambda: default, metadata=metadata)
    return field(default=default, metadata=metadata)


def key_of(name: str) -> str:
    """The key in the file for a field of a class: `fail_on` is `fail-on`."""
    return name.replace("_", "-")


def suggestion(wrong: str, known: list[str]) -> str:
    """`; did you mean "select"?` for a likely misspelling, else nothing."""
    from difflib import get_close_matches  # noqa: PLC0415 - late: only for a mistake

    near = get_close_matches(wrong, known, n=1)
    return f'; did you mean "{near[0]}"?' if near else ""


def _scalar(says: str, json_type: str, *types: type) -> Kind:
    def read(value: object, path: Path, fail: Fail) -> object:
        if type(value) not in types:
            fail(path, f"must be {says}, not {described(value)}")
        return value

    return Kind(says, {"type": json_type}, read)


def described(value: object) -> str:
    """A value that a TOML document holds, for people."""
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return f'"{value}"'
        case list():
            return "a list"
        case dict():
            return "a table"
        case _:
            return str(value)


STRING = _scalar("a string", "string", str)
BOOLEAN = _scalar("true or false", "boolean", bool)
_INTEGER = _scalar("a whole number", "integer", int)
_NUMBER = _scalar("a number", "number", int, float)


def at_least(kind: Kind, least: float) -> Kind:
    """The numbers of a kind from a least one on."""

    def read(value: object, path: Path, fail: Fail) -> object:
        number = kind.read(value, path, fail)
        if isinstance(number, int | float) and number < least:
            fail(path, f"must be at least {least:g}, not {number:g}")
        return number

    return Kind(kind.says, {**kind.schema, "minimum": least}, read)


INTEGER = at_least(_INTEGER, 0)
NUMBER = at_least(_NUMBER, 0)


def choice(values: Mapping[str, object]) -> Kind:
    """One of several words, and what each stands for."""
    says = "one of " + ", ".join(f'"{name}"' for name in values)

    def read(value: object, path: Path, fail: Fail) -> object:
        if not isinstance(value, str) or value not in values:
            near = suggestion(value, list(values)) if isinstance(value, str) else ""
            fail(path, f"must be {says}, not {described(value)}{near}")
        return values[value]

    return Kind(says, {"enum": list(values)}, read)


def list_of(kind: Kind) -> Kind:
    """An array of values of a kind; a single one is not an array."""
    says = f"a list, each {kind.says}"

    def read(value: object, path: Path, fail: Fail) -> object:
        if not isinstance(value, list):
            fail(path, f"must be {says}, not {described(value)}")
        return tuple(kind.read(each, (*path, index), fail) for index, each in enumerate(value))

    return Kind(says, {"type": "array", "items": kind.schema}, read)


def table_of(kind: Kind) -> Kind:
    """A table with any keys and values of a kind."""
    says = f"a table, each value {kind.says}"

    def read(value: object, path: Path, fail: Fail) -> object:
        if not isinstance(value, dict):
            fail(path, f"must be {says}, not {described(value)}")
        return MappingProxyType({key: kind.read(each, (*path, key), fail) for key, each in value.items()})

    return Kind(says, {"type": "object", "additionalProperties": kind.schema}, read)


STRINGS = list_of(STRING)
