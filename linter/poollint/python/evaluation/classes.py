"""Classes of the repository: where an attribute is looked for, which fields a class has."""

from poollint import expressions as e
from poollint.python.evaluation.frames import Frame
from poollint.python.evaluation.machine import Machine
from poollint.python.evaluation.objects import (
    ABSENT,
    Abstract,
    Branch,
    Class,
    ClassField,
    External,
    Function,
    Keyword,
    Member,
    Result,
    alternatives,
    choice,
    each,
)
from poollint.source import Span
from poollint.values import Unknown

HARMLESS_BASES = frozenset(
    {
        "abc.ABC",
        "typing.Generic",
        "typing.Protocol",
        "typing_extensions.Protocol",
        "typing.NamedTuple",
        "collections.abc.Callable",
        "types.ModuleType",
        "enum.Enum",
        "enum.IntEnum",
        "enum.StrEnum",
        "enum.Flag",
        "enum.IntFlag",
    }
)
"""Bases outside the repository that set no attributes of their own on instances."""
_ENUMS = {
    "enum.Enum": False,
    "enum.IntEnum": True,
    "enum.StrEnum": True,
    "enum.IntFlag": True,
    "enum.Flag": False,
}
VALIDATING = frozenset({"model_validate", "parse_obj"})
"""Class methods of pydantic's models that make an object of a mapping."""
_PROPERTIES = frozenset(
    {
        "builtins.property",
        "functools.cached_property",
        "abc.abstractproperty",
        "cached_property.cached_property",
    }
)


def lineage(cls: Class) -> tuple[Class | External | Unknown, ...]:
    """The classes in which an attribute is looked for, in order, those outside included."""
    return tuple(_linear(cls))


def _linear(cls: Class) -> list[Class | External | Unknown]:
    sequences: list[list[Class | External | Unknown]] = []
    bases: list[Class | External | Unknown] = []
    for base in cls.bases:
        known = (
            base
            if isinstance(base, Class | External | Unknown)
            else Unknown("a base class that is not known", _at(cls))
        )
        bases.append(known)
        sequences.append(_linear(known) if isinstance(known, Class) else [known])
    sequences.append(bases)
    order: list[Class | External | Unknown] = [cls]
    left = [list(sequence) for sequence in sequences if sequence]
    while left:
        heads = [sequence[0] for sequence in left]
        good = next((head for head in heads if not any(head in sequence[1:] for sequence in left)), heads[0])
        order.append(good)
        left = [[one for one in sequence if one != good] for sequence in left]
        left = [sequence for sequence in left if sequence]
    return order


def _at(cls: Class) -> Span:
    return Span(cls.path, *cls.node.at)


def foreign(cls: Class) -> tuple[str, ...]:
    """Dotted names of the bases outside the repository that may do something; empty text if unknown."""
    found = []
    for base in lineage(cls):
        if isinstance(base, Unknown):
            found.append("")
        elif (
            isinstance(base, External)
            and base.name not in HARMLESS_BASES
            and not base.name.startswith("builtins.")
        ):
            found.append(base.name)
    return tuple(found)


def is_model(cls: Class) -> bool:
    """Whether a class is a model of pydantic, whose methods it inherits."""
    return any(name.startswith(("pydantic", "sqlmodel.")) for name in foreign(cls))


def enumeration(cls: Class) -> bool | None:
    """Whether the members of an enumeration are texts or numbers too; None for other classes."""
    names = [base.name for base in lineage(cls) if isinstance(base, External)]
    kind = next((name for name in names if name in _ENUMS), None)
    if kind is None:
        return None
    return _ENUMS[kind] or any(name.startswith("builtins.") for name in names)


def class_attribute(machine: Machine, cls: Class, name: str, after: Class | None = None) -> Abstract:
    """What a class and its bases bind a name to, without binding methods; `ABSENT` where none does.

    With `after`, only behind that class, as `super()` looks.
    """
    found: Abstract = ABSENT
    order = lineage(cls)
    if after is not None and after in order:
        order = order[order.index(after) + 1 :]
    for base in order:
        if isinstance(base, Class):
            value = machine.variable((base.id, name))
        elif isinstance(base, Unknown):
            value = base
        elif base.name in HARMLESS_BASES or base.name.startswith("builtins."):
            continue
        else:
            value = Unknown(f"an attribute of {base.name}", _at(cls))
        found = each(found, lambda part, value=value: value if part == ABSENT else part)  # type: ignore[misc]
        if not any(branch.value == ABSENT for branch in alternatives(found)):
            break
    return found


def decorators(function: Abstract) -> tuple[str, ...]:
    """The dotted names of a function's decorators; empty for other values."""
    return function.decorators if isinstance(function, Function) else ()


def is_property(value: Abstract) -> bool:
    """Whether reading the attribute calls the function."""
    return any(
        name in _PROPERTIES or name.endswith((".cached_property", ".hybrid_property", ".computed_field"))
        for name in decorators(value)
    )


def is_cached(value: Abstract) -> bool:
    """Whether the property keeps its first result."""
    return any(name.endswith("cached_property") for name in decorators(value))


def is_dataclass(cls: Class) -> bool:
    """Whether the class, or one that it inherits from, is a standard dataclass."""
    return any(
        isinstance(decorator, External | Result) and _name(decorator) == "dataclasses.dataclass"
        for decorator in cls.decorators
    )


def is_named_tuple(cls: Class) -> bool:
    """Whether the class is a `typing.NamedTuple`."""
    return any(isinstance(base, External) and base.name == "typing.NamedTuple" for base in cls.bases)


def _name(decorator: External | Result) -> str:
    return decorator.name if isinstance(decorator, External) else decorator.of


def decorator_names(cls: Class) -> tuple[str, ...]:
    """Dotted names of decorators from outside the repository, dataclass aside."""
    names = [_name(one) for one in cls.decorators if isinstance(one, External | Result)]
    return tuple(
        name for name in names if name not in ("dataclasses.dataclass", "enum.unique", "typing.final")
    )


def option(cls: Class, name: str) -> Abstract | None:
    """A keyword of the dataclass decorator."""
    for decorator in cls.decorators:
        if isinstance(decorator, Result) and decorator.of == "dataclasses.dataclass":
            return decorator.arguments.keyword(name)
    return None


def own_fields(machine: Machine, cls: Class) -> list[ClassField]:
    """The names that one class body binds or annotates, in order."""
    found: dict[str, ClassField] = {}
    kind: e.Expression | None
    for statement in cls.node.body:
        match statement:
            case e.AnnAssign(target=e.Name(id=name), annotation=annotation):
                kind = annotation
            case e.Assign(targets=(e.Name(id=name),)):
                kind = None
            case _:
                continue
        value = machine.variable((cls.id, name))
        default = None if value == ABSENT else value
        found[name] = ClassField(name, kind, default, Span(cls.path, *statement.at), cls)
    return list(found.values())


def fields(machine: Machine, cls: Class) -> tuple[ClassField, ...]:
    """As `own_fields`, of the bases first; an overridden field keeps its place."""
    found: dict[str, ClassField] = {}
    for base in reversed(lineage(cls)):
        if isinstance(base, Class):
            for one in own_fields(machine, base):
                before = found.get(one.name)
                kind = before.annotation if one.annotation is None and before else one.annotation
                found[one.name] = ClassField(one.name, kind, one.default, one.at, one.owner)
    return tuple(found.values())


def keywords(machine: Machine, cls: Class) -> tuple[Keyword, ...]:
    """The keywords of the class statement and those of its bases, own ones first."""
    found: dict[str, Keyword] = {}
    for base in lineage(cls):
        if isinstance(base, Class):
            for argument in base.node.keywords:
                if argument.name:
                    value = resolve(machine, argument.value, base)
                    at = Span(base.path, *argument.at)
                    found.setdefault(argument.name, Keyword(argument.name, value, at))
    return tuple(found.values())


def resolve(machine: Machine, expression: e.Expression, cls: Class) -> Abstract:
    """The value of an expression in the scope around a class body."""
    frame = Frame(cls.path, "class", (cls.id, *cls.scopes), (cls.name,), machine.store.mark(), owner=cls)
    machine.frames.append(frame)
    try:
        with machine.unheard():
            return machine.evaluate(expression)
    finally:
        machine.frames.pop()


def methods(machine: Machine, cls: Class) -> tuple[Function, ...]:
    """The functions that a class and its repository bases define, an overridden one once."""
    found: dict[str, Function] = {}
    for base in lineage(cls):
        if isinstance(base, Class):
            for statement in base.node.body:
                if isinstance(statement, e.FunctionDef):
                    value = machine.variable((base.id, statement.name))
                    if isinstance(value, Function):
                        found.setdefault(statement.name, value)
    return tuple(found.values())


def members(machine: Machine, cls: Class, *, mixed: bool) -> tuple[Member, ...]:
    """The members of an enumeration, in order."""
    return tuple(
        Member(cls, one.name, one.default, mixed)
        for one in own_fields(machine, cls)
        if one.default is not None and not one.name.startswith("_")
    )


def member_of(machine: Machine, cls: Class, value: Abstract, at: Span, *, mixed: bool) -> Abstract:
    """`Enumeration(value)`"""
    every = members(machine, cls, mixed=mixed)
    decided = [machine.truth(machine.compare(one.value, "==", value, at)) for one in every]
    if True in decided:
        return every[decided.index(True)]
    possible = [one for one, holds in zip(every, decided, strict=True) if holds is None]
    if possible and all(isinstance(one.value, Unknown) is False for one in possible):
        return choice(Branch(one) for one in possible)
    return Unknown(f"a member of {cls.name}", at)
