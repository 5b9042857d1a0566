"""What an object is and has: `getattr`, `setattr`, `isinstance`, `super`."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from poollint.python.evaluation import classes
from poollint.python.evaluation.objects import (
    ABSENT,
    Abstract,
    Branch,
    Choice,
    Class,
    DictRef,
    External,
    Function,
    Instance,
    ListRef,
    Super,
    Tuple,
    alternatives,
    choice,
    each,
)
from poollint.python.operations.scalars import plain
from poollint.source import Span
from poollint.values import FromEnv, Known, Text, Unknown

if TYPE_CHECKING:
    from poollint.python.evaluation.calls import Calls


def getattr_of(machine: "Calls", given: tuple[Abstract, ...], at: Span) -> Abstract:
    name = given[1]
    if not isinstance(name, Known) or not isinstance(name.value, str):
        return Unknown("an attribute whose name is not known", at)
    found = machine.attribute(given[0], name.value, at)
    if len(given) > 2 and isinstance(found, Unknown):  # noqa: PLR2004 - with a default
        owner = given[0]
        if (
            isinstance(owner, Instance | Class)
            and (isinstance(owner, Class) or _without_surprises(machine, owner))
            and not name.value.startswith("__")
            and machine.has(owner, name.value) is False
        ):
            return given[2]
    return found


def setattr_of(machine: "Calls", given: tuple[Abstract, ...], at: Span) -> None:
    owner, name, value = given
    if isinstance(name, Known) and isinstance(name.value, str):
        machine.set_attribute(owner, name.value, value, at)
        return
    why = Unknown("setattr with a name that is not known", at)
    for branch in alternatives(owner):
        if isinstance(branch.value, Instance | Class):
            _any_may_be(machine, branch.value, why)


def _any_may_be(machine: "Calls", owner: Instance | Class, why: Unknown) -> None:
    """Every attribute, methods aside, may have become another."""
    cls = owner.cls if isinstance(owner, Instance) else owner
    bases = [base.id for base in classes.lineage(cls) if isinstance(base, Class)]
    for name in dict.fromkeys(name for one in (owner.id, *bases) for _, name in machine.store.cells_of(one)):
        own = machine.variable((owner.id, name))
        value = classes.class_attribute(machine, cls, name) if own == ABSENT else own
        if name and not isinstance(value, Function):
            machine.store.write((owner.id, name), choice([Branch(value), Branch(why)]))


def _without_surprises(machine: "Calls", owner: Instance) -> bool:
    """Whether an object has no attributes but those that are seen."""
    return owner.known and classes.class_attribute(machine, owner.cls, "__getattr__") == ABSENT


def isinstance_of(machine: "Calls", value: Abstract, kind: Abstract, at: Span) -> Abstract:
    kinds = kind.items if isinstance(kind, Tuple) else (kind,)
    if isinstance(value, Choice):
        return each(value, lambda one: isinstance_of(machine, one, kind, at))
    found: list[bool | None] = [_is_a(value, one) for one in kinds]
    if True in found:
        return Known(True, at)  # noqa: FBT003 - the value itself
    return Unknown("the type of an object", at) if None in found else Known(False, at)  # noqa: FBT003


_TYPES: Mapping[str, type] = {
    "builtins.str": str,
    "builtins.int": int,
    "builtins.float": float,
    "builtins.bool": bool,
}


def _is_a(value: Abstract, kind: Abstract) -> bool | None:
    if isinstance(kind, External):
        if _certain_text(value) and kind.name in _TYPES:
            return kind.name == "builtins.str"
        if (
            plain(value)
            and isinstance(value, Known)
            and kind.name in (*_TYPES, "builtins.dict", "builtins.list")
        ):
            return kind.name in _TYPES and isinstance(value.value, _TYPES[kind.name])
        if kind.name == "builtins.object":
            return True
        if isinstance(value, DictRef | ListRef) and kind.name.startswith("builtins."):
            return kind.name == ("builtins.dict" if isinstance(value, DictRef) else "builtins.list")
    if isinstance(kind, Class) and isinstance(value, Instance):
        order = classes.lineage(value.cls)
        return True if kind in order else None if any(isinstance(one, Unknown) for one in order) else False
    return None


def _certain_text(value: Abstract) -> bool:
    """Whether it can only be a text: a variable that must be set is one as long as nothing converts it."""
    return isinstance(value, Text) or (
        isinstance(value, FromEnv) and value.default is None and not value.convert
    )


def super_of(machine: "Calls", given: tuple[Abstract, ...], at: Span) -> Abstract:
    match given:
        case (Class() as owner, receiver):
            return Super(owner, receiver)
    frame = next((one for one in reversed(machine.frames) if one.owner and one.kind == "function"), None)
    if frame is None or frame.owner is None or frame.receiver is None:
        return Unknown("super() outside of a method", at)
    return Super(frame.owner, frame.receiver)
