"""Objects of repository classes: constructors, and what dataclasses generate."""

from typing import TYPE_CHECKING

from poollint import expressions as e
from poollint.python.evaluation import classes
from poollint.python.evaluation.binding import before
from poollint.python.evaluation.objects import (
    ABSENT,
    Abstract,
    Arguments,
    Branch,
    Class,
    ClassField,
    External,
    Function,
    Instance,
    Result,
    choice,
    each,
    present,
)
from poollint.python.operations.scalars import absent_to
from poollint.source import Span
from poollint.values import Known, Unknown

if TYPE_CHECKING:
    from poollint.python.evaluation.calls import Calls


def instantiate(machine: "Calls", cls: Class, arguments: Arguments, at: Span) -> Abstract:
    """An object of a repository class."""
    lost = next((base for base in classes.lineage(cls) if isinstance(base, Unknown)), None)
    if lost is not None and lost.why in machine.passed:
        return Unknown(lost.why, at)
    mixed = classes.enumeration(cls)
    if mixed is not None:
        given = arguments.get(0)
        return (
            Unknown(f"a member of {cls.name}", at)
            if given is None
            else each(given, lambda one: classes.member_of(machine, cls, one, at, mixed=mixed))
        )
    foreign = (*classes.foreign(cls), *classes.decorator_names(cls))
    for base in foreign:
        if base in machine.makers:
            machine.record(base, arguments, at, as_value=False)
    meta = next((one for one in classes.keywords(machine, cls) if one.name == "metaclass"), None)
    odd = meta is not None and meta.value != External("abc.ABCMeta")
    odd = odd or isinstance(classes.class_attribute(machine, cls, "__new__"), Function)
    given_by_hook = machine.instance_of(cls, arguments, machine) if foreign and machine.instance_of else None
    instance = Instance(machine.namespace(), cls, known=bool(given_by_hook) or not (foreign or odd))
    machine.store.write((instance.id, ""), Known(cls.name, at))
    constructor = classes.class_attribute(machine, cls, "__init__")
    if given_by_hook is not None:
        for name, value in given_by_hook.items():
            machine.store.write((instance.id, name), value)
    elif isinstance(constructor, Function):
        machine.call(constructor, before(instance, arguments), at)
    elif _has_fields(cls):
        _fill(machine, instance, arguments, at)
    else:
        machine.give_away(arguments, cls.name, at)
    if odd:
        why = Unknown(f"an object of {cls.name} may have been made before", at)
        for cell in machine.store.cells_of(instance.id)[1:]:
            old = machine.variable(cell)
            if old != ABSENT:
                machine.store.write(cell, choice([Branch(old), Branch(why)]))
    return instance


def _has_fields(cls: Class) -> bool:
    return any(
        isinstance(base, Class) and (classes.is_dataclass(base) or classes.is_named_tuple(base))
        for base in classes.lineage(cls)
    )


def _fill(machine: "Calls", instance: Instance, arguments: Arguments, at: Span) -> None:
    """What the generated `__init__` of a dataclass or named tuple does."""
    cls = instance.cls
    positional = list(arguments.positional)
    only_named = classes.option(cls, "kw_only") not in (None, Known(False, at))  # noqa: FBT003
    names = {keyword.name: keyword for keyword in arguments.keywords}
    for one in classes.fields(machine, cls):
        if one.annotation is None or _class_variable(one.annotation):
            continue
        default, taken = _default(machine, one, at)
        if not taken:
            value: Abstract = default
        elif positional and not (only_named or _only_named(one)):
            value = positional.pop(0)
        elif one.name in names:
            keyword = names[one.name]
            value = keyword.value
            if keyword.condition is not None:
                value = choice([Branch(value, keyword.condition), Branch(default)])
        elif arguments.rest is not None:
            value = choice([Branch(default), Branch(arguments.rest)])
        else:
            value = default
        missing = Unknown(f"the field {one.name} that the call does not give", at)
        machine.store.write((instance.id, one.name), present(absent_to(value, arguments.rest or missing)))
    after = classes.class_attribute(machine, cls, "__post_init__")
    if isinstance(after, Function):
        rest = Unknown("an InitVar of a dataclass", at)
        machine.call(after, Arguments((instance,), (), rest if len(after.node.parameters) > 1 else None), at)


def _default(machine: "Calls", one: ClassField, at: Span) -> tuple[Abstract, bool]:
    """The default of a dataclass field, and whether the constructor takes the field."""
    default = one.default
    if default is None:
        return ABSENT, True
    if not isinstance(default, Result) or default.of != "dataclasses.field":
        return default, True
    options = default.arguments
    taken = options.keyword("init")
    factory = options.keyword("default_factory")
    value = options.keyword("default")
    if factory is not None:
        value = machine.call(factory, Arguments(), at)
    no = isinstance(taken, Known) and taken.value is False
    return ABSENT if value is None else value, not no


def _only_named(one: ClassField) -> bool:
    options = one.default.arguments if isinstance(one.default, Result) else Arguments()
    asked = options.keyword("kw_only")
    return isinstance(asked, Known) and asked.value is True


def _class_variable(annotation: e.Expression) -> bool:
    base = annotation.value if isinstance(annotation, e.Subscript) else annotation
    name = base.name if isinstance(base, e.Attribute) else base.id if isinstance(base, e.Name) else ""
    return name == "ClassVar"
