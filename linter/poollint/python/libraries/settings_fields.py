"""The fields of a pydantic model: names, aliases, defaults and types."""

from collections.abc import Iterator

from poollint.expressions import Expression, walk
from poollint.frozen import frozen
from poollint.python.evaluation.machine import Machine
from poollint.python.evaluation.objects import (
    Abstract,
    Arguments,
    Bound,
    Class,
    ClassField,
    External,
    Function,
    ListRef,
    Result,
    Tuple,
)
from poollint.python.libraries.annotations import Annotation, read_annotation
from poollint.source import Span
from poollint.values import Known, Unknown

FIELDS = frozenset(["pydantic.Field", "pydantic.fields.Field", "pydantic.v1.Field", "sqlmodel.Field"])
_ALIASES = frozenset(["pydantic.AliasChoices", "pydantic.aliases.AliasChoices"])
_PATHS = frozenset(["pydantic.AliasPath", "pydantic.aliases.AliasPath"])


def is_field(field: ClassField) -> bool:
    if field.name.startswith("_") or field.name in {"model_config", "Config"}:
        return False
    if field.annotation is None and isinstance(field.default, Function | Class | Bound | None):
        return False
    return not (field.annotation is not None and "ClassVar" in _words(field.annotation))


def _words(expression: Expression) -> frozenset[str]:
    return frozenset(getattr(node, "id", getattr(node, "name", "")) for node in walk(expression))


@frozen
class Field:
    """A field: its variables apart from prefix and case, its default, and its type."""

    name: str
    aliases: tuple[str, ...]
    default: Abstract | None
    annotation: Annotation
    at: Span


def describe(field: ClassField, machine: Machine, *, old: bool) -> Field:
    """A field of a model as its annotation and `Field(...)` describe it."""
    annotation = read_annotation(field.annotation, field.owner, machine)
    default = None if field.default is None or _is_ellipsis(field.default) else field.default
    aliases: tuple[str, ...] = ()
    details = [each for each in annotation.metadata if each.of in FIELDS]
    if isinstance(default, Result) and default.of in FIELDS:
        details.append(default)
        default = None
    for detail in details:
        default = _default(detail.arguments, machine, field.at) if default is None else default
        aliases = _aliases(detail.arguments, machine, old=old) or aliases
    return Field(field.name, aliases, default, annotation, field.at)


def _default(arguments: Arguments, machine: Machine, at: Span) -> Abstract | None:
    factory = arguments.keyword("default_factory")
    if factory is not None:
        return machine.call(factory, Arguments(), at)
    default = arguments.get(0, "default")
    return None if default is None or _is_ellipsis(default) else default


def _is_ellipsis(value: Abstract) -> bool:
    return (
        isinstance(value, External) and value.name in {"builtins.Ellipsis", "pydantic_core.PydanticUndefined"}
    ) or (isinstance(value, Unknown) and "llipsis" in value.why)


def _aliases(arguments: Arguments, machine: Machine, *, old: bool) -> tuple[str, ...]:
    names = ("env",) if old else ("validation_alias", "alias", "env")
    value = next((found for name in names if (found := arguments.keyword(name)) is not None), None)
    return tuple(_texts(value, machine))


def _texts(value: Abstract | None, machine: Machine) -> Iterator[str]:
    match value:
        case Known(value=str() as text):
            yield text
        case Tuple(items=items):
            for item in items:
                yield from _texts(item, machine)
        case ListRef():
            for item in machine.list_of(value).items:
                yield from _texts(item, machine)
        case Result(of=of) if of in _ALIASES:
            for item in value.arguments.positional:
                yield from _texts(item, machine)
        case Result(of=of) if of in _PATHS:
            yield from _texts(value.arguments.get(0), machine)
        case _:
            return


def kind_of(default: Abstract | None) -> str:
    """The type of a field that has only a default (pydantic 1)."""
    value = default.value if isinstance(default, Known) else None
    return type(value).__name__ if isinstance(value, bool | int | float) else "str"
