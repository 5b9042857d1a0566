"""What validators make of a field: they are called like any other function."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TypeAlias

from poollint.expressions import Assign, Attribute, Call, Expression, FunctionDef, Literal, Subscript, walk
from poollint.python.evaluation import classes
from poollint.python.evaluation.machine import Machine
from poollint.python.evaluation.objects import (
    Abstract,
    Arguments,
    Bound,
    Branch,
    Class,
    ClassField,
    DictContent,
    DictEntry,
    choice,
)
from poollint.python.operations.scalars import inner
from poollint.source import Span
from poollint.values import FromEnv, Known, Text, Unknown

_VALIDATORS = ("pydantic.validator", "pydantic.field_validator", "pydantic.v1.validator")
_MODEL_VALIDATORS = ("pydantic.model_validator", "pydantic.root_validator", "pydantic.v1.root_validator")

Validator: TypeAlias = tuple[Bound, bool]
"""The method, and whether it takes more than the value."""


def validators_of(cls: Class, machine: Machine) -> Mapping[str, Sequence[Validator]]:
    """The validators of a class by the fields that they name."""
    found: dict[str, list[Validator]] = {}
    for method in classes.methods(machine, cls):
        if isinstance(method.node, FunctionDef):
            validator = (Bound(method, cls), _takes_others(method.node))
            for field in dict.fromkeys(_validates(method.node, method.decorators)):
                found.setdefault(field, []).append(validator)
    return found


def validated(
    field: ClassField,
    value: Abstract,
    before: Mapping[str, Abstract],
    machine: Machine,
    validators: Iterable[Validator],
) -> Abstract:
    """The value after the validators of the field; they also see defaults in settings classes.

    `before` are the fields above it, which the validators may look at.
    """
    for method, takes_others in validators:
        extra: tuple[Abstract, ...] = ()
        if takes_others:
            data = DictContent(tuple(DictEntry(name, one, field.at) for name, one in before.items()))
            extra = (machine.new_dict_of(data, field.at),)
        call = partial(_called, method, extra, machine, field.at)
        value = _through(value, call)
    return value


def _called(
    method: Bound, extra: tuple[Abstract, ...], machine: Machine, at: Span, value: Abstract
) -> Abstract:
    return machine.call(method, Arguments((value, *extra)), at)


def _takes_others(node: FunctionDef) -> bool:
    plain = [each for each in node.parameters if each.kind in {"positional", "either"}]
    return len(plain) > 2  # noqa: PLR2004 - the class and the value


def _validates(node: FunctionDef, names: tuple[str, ...]) -> tuple[str, ...]:
    """The fields that a validator names."""
    return tuple(
        argument.value.value
        for expression, name in zip(node.decorators, names, strict=False)
        if isinstance(expression, Call) and name.startswith(_VALIDATORS)
        for argument in expression.arguments
        if not argument.name and isinstance(argument.value, Literal) and isinstance(argument.value.value, str)
    )


def _through(value: Abstract, run: Callable[[Abstract], Abstract]) -> Abstract:
    """A variable is validated when it is set; its default is validated apart."""
    if not isinstance(value, FromEnv):
        return run(value)
    bare = replace(value, default=None)
    given = run(bare)
    if value.default is None:
        return given
    default = run(inner(value.default))
    if isinstance(given, FromEnv) and isinstance(default, Known | FromEnv | Text | Unknown):
        return replace(given, default=default)
    return choice(
        [Branch(given, f"{value.variable} is set"), Branch(default, f"{value.variable} is not set")]
    )


def set_by_validators(cls: Class, machine: Machine) -> Mapping[str, bool]:
    """Fields that a validator of the whole model assigns, and whether it always does.

    What they become is not followed.
    """
    found: dict[str, bool] = {}
    for method in classes.methods(machine, cls):
        node = method.node
        whole = any(name.startswith(_MODEL_VALIDATORS) for name in method.decorators)
        if isinstance(node, FunctionDef) and (whole or node.name in {"model_post_init", "__init__"}):
            always = {
                name for each in node.body if isinstance(each, Assign) for name in _assigned(each.targets)
            }
            for inside in walk(node):
                if isinstance(inside, Assign):
                    found |= {
                        name: name in always or found.get(name, False) for name in _assigned(inside.targets)
                    }
    return found


def _assigned(targets: tuple[Expression, ...]) -> Iterator[str]:
    for target in targets:
        match target:
            case Attribute(name=name):
                yield name
            case Subscript(index=Literal(value=str() as name)):
                yield name
            case _:
                continue
