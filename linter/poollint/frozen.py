"""`@frozen`: the dataclass of every fact and record, made in a third of the time.

A run makes some three hundred classes before it reads the first file, and what `dataclasses` compiles for
each of them (comparison, hash, text, the refusal to assign) costs more than reading a small project. Here
only `__init__` is compiled, and the rest is shared.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, Field, FrozenInstanceError, dataclass, field, fields
from operator import attrgetter
from typing import ClassVar, NoReturn, Protocol, TypeVar, cast, dataclass_transform, overload

ClassT = TypeVar("ClassT", bound=type)


class _Record(Protocol):
    __dataclass_fields__: ClassVar[dict[str, Field[object]]]


@overload
def frozen(made: ClassT) -> ClassT: ...
@overload
def frozen(*, kw_only: bool) -> Callable[[ClassT], ClassT]: ...
@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def frozen(made: ClassT | None = None, *, kw_only: bool = False) -> ClassT | Callable[[ClassT], ClassT]:
    """As `@dataclass(frozen=True, slots=True)`, for programs and type checkers alike.

    Equal are records of one class whose fields are, without those with `compare=False`. There is no
    `__post_init__`, and every field is a parameter.
    """
    make = dataclass(slots=True, init=False, eq=False, repr=False, kw_only=kw_only)

    def finish(kind: ClassT) -> ClassT:
        return cast("ClassT", _finished(make(kind)))

    return finish if made is None else finish(made)


def _finished(kind: type[_Record]) -> type[_Record]:
    names = [name for name, each in kind.__dataclass_fields__.items() if each.compare]
    key = cast("Callable[[object], tuple[object, ...]]", attrgetter("__class__", *names))

    def equal(self: _Record, other: object) -> bool:
        return key(self) == key(other) if self.__class__ is other.__class__ else NotImplemented

    def hashed(self: _Record) -> int:
        return hash(key(self))

    shared = {"__setattr__": _refuse, "__delattr__": _refuse, "__repr__": _text}
    for name, method in {"__init__": _init(kind), "__eq__": equal, "__hash__": hashed, **shared}.items():
        setattr(kind, name, method)
    return kind


def _init(kind: type[_Record]) -> object:
    """The constructor: it fills the slots past the refusal to assign."""
    every = fields(kind)
    known: dict[str, object] = {"FACTORY": _FACTORY}
    for each in every:
        known[f"set_{each.name}"] = getattr(kind, each.name).__set__
        known[f"default_{each.name}"] = each.default
        known[f"make_{each.name}"] = each.default_factory
    lines = [f"    set_{each.name}(self, {_argument(each)})" for each in every]
    exec(f"def __init__({', '.join(_parameters(every))}):\n" + "\n".join(lines or ["    pass"]), known)  # noqa: S102
    return known["__init__"]


_FACTORY = object()
"""Stands for an argument that is not given, where a factory makes the value."""


def _parameters(every: tuple[Field[object], ...]) -> Iterator[str]:
    yield "self"
    yield from (_parameter(each) for each in every if not each.kw_only)
    if any(each.kw_only for each in every):
        yield "*"
        yield from (_parameter(each) for each in every if each.kw_only)


def _parameter(each: Field[object]) -> str:
    if each.default_factory is not MISSING:
        return f"{each.name}=FACTORY"
    return each.name if each.default is MISSING else f"{each.name}=default_{each.name}"


def _argument(each: Field[object]) -> str:
    if each.default_factory is MISSING:
        return each.name
    return f"make_{each.name}() if {each.name} is FACTORY else {each.name}"


def _refuse(self: _Record, name: str, _value: object = None) -> NoReturn:
    raise FrozenInstanceError(f"{name} of a {type(self).__qualname__} stays as it is")


def _text(self: _Record) -> str:
    shown = (f"{each.name}={getattr(self, each.name)!r}" for each in _fields(self).values() if each.repr)
    return f"{type(self).__qualname__}({', '.join(shown)})"


def _fields(record: _Record) -> Mapping[str, Field[object]]:
    return record.__dataclass_fields__
