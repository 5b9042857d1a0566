"""Operators between objects."""

from poollint.python.evaluation.objects import (
    Abstract,
    Arguments,
    Choice,
    DictRef,
    Instance,
    ListContent,
    ListRef,
    Member,
    Tuple,
    each,
)
from poollint.python.operations.arithmetic import binary
from poollint.python.operations.containers import Containers
from poollint.python.operations.texts import percent
from poollint.source import Span
from poollint.values import (
    FromEnv,
    Known,
    Text,
    Unknown,
)


def operate(machine: Containers, left: Abstract, sign: str, right: Abstract, at: Span) -> Abstract:
    """`left sign right`"""
    for index, side in enumerate((left, right)):
        if isinstance(side, Choice) and any(
            not isinstance(one.value, Known | FromEnv | Text | Unknown) for one in side.alternatives
        ):
            if index == 0:
                return each(left, lambda one: machine.operate(one, sign, right, at))
            return each(right, lambda one: machine.operate(left, sign, one, at))
    result = _operated(machine, left, sign, right, at)
    if isinstance(result, Unknown) and not (sign == "%" and isinstance(left, Known | Text | FromEnv)):
        machine.expose(left, result.why, at)
        machine.expose(right, result.why, at)
    return result


def _operated(machine: Containers, left: Abstract, sign: str, right: Abstract, at: Span) -> Abstract:
    left = left.value if isinstance(left, Member) and left.mixed else left
    right = right.value if isinstance(right, Member) and right.mixed else right
    match left, right:
        case (DictRef(), _) | (_, DictRef()) if sign == "|":
            return machine.new_dict_of(
                machine.merged(machine.mapping(left, at), machine.mapping(right, at)), at
            )
        case (ListRef() | Tuple(), ListRef() | Tuple()) if sign == "+" and type(left) is type(right):
            items = machine.items_of((left, right), at)
            if items is None:
                return Unknown("a list of which not all is known", at)
            listed = isinstance(left, ListRef)
            return machine.new_list_of(ListContent(items), at) if listed else Tuple(items, at)
        case (Known(value=str() as template), Choice() | Tuple() | FromEnv() | Text() | Unknown()) if (
            sign == "%"
        ):
            return each(right, lambda one: percent(template, one, at))
        case (Instance(cls=cls), _):
            return Unknown(f"the operator {sign} of {cls.name}", at)
        case _:
            return binary(left, sign, right, at)


def augment(machine: Containers, left: Abstract, sign: str, right: Abstract, at: Span) -> Abstract:
    """`left sign= right`"""
    if isinstance(left, Choice):
        return machine.apart(left, lambda part: machine.augment(part, sign, right, at))
    if isinstance(left, DictRef) and sign == "|":
        machine.dict_method(left, "update", Arguments((right,)), at)
        return left
    if isinstance(left, ListRef):
        machine.list_method(left, "extend" if sign == "+" else "multiply", Arguments((right,)), at)
        return left
    return machine.operate(left, sign, right, at)
