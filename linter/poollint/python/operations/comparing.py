"""Comparisons: `==`, `in` and their like."""

from poollint import expressions as e
from poollint.python.evaluation.exporting import sure
from poollint.python.evaluation.machine import Machine
from poollint.python.evaluation.objects import (
    Absent,
    Abstract,
    Branch,
    Choice,
    DictRef,
    External,
    ListRef,
    Member,
    Tuple,
    choice,
)
from poollint.python.evaluation.store import lookup
from poollint.python.operations.decisions import as_condition, compare, negated
from poollint.python.operations.keys import key_of
from poollint.source import Span
from poollint.values import (
    FromEnv,
    Known,
    Text,
    Unknown,
)


def comparison(machine: Machine, expression: e.Compare, at: Span) -> Abstract:
    left = machine.evaluate(expression.left)
    results: list[Abstract] = []
    for sign, right in expression.rights:
        value = machine.evaluate(right)
        results.append(machine.compare(left, sign, value, at))
        left = value
    if len(results) == 1:
        return results[0]
    decided = [machine.truth(one) for one in results]
    if False in decided:
        return Known(False, at)  # noqa: FBT003 - the value itself
    return Known(True, at) if None not in decided else Unknown("a comparison", at)  # noqa: FBT003


def compare_values(machine: Machine, left: Abstract, sign: str, right: Abstract, at: Span) -> Abstract:
    """`left sign right` for comparisons."""
    if isinstance(left, Choice):
        return choice(
            Branch(machine.compare(one.value, sign, right, at), one.condition) for one in left.alternatives
        )
    if isinstance(left, Member) and left.mixed and not isinstance(right, Member):
        left = left.value
    if isinstance(right, Member) and right.mixed and not isinstance(left, Member):
        right = right.value
    if sign in ("in", "not in"):
        if isinstance(right, Choice):
            return choice(
                Branch(machine.compare(left, sign, one.value, at), one.condition)
                for one in right.alternatives
            )
        inside = _contains(machine, left, right, at)
        if inside is not None:
            holds = machine.truth(inside)
            if sign == "in":
                return inside
            return Known(not holds, at) if holds is not None else negated(inside, at)
    return compare(left, sign, right, at)


def _contains(machine: Machine, left: Abstract, right: Abstract, at: Span) -> Abstract | None:
    match right:
        case External(name="os.environ"):
            return _set_in_environment(machine, left, at)
        case DictRef():
            content = machine.dict_of(right)
            key = key_of(left)
            if isinstance(key, Absent):
                return Unknown("a key that is not known", at)
            found = lookup(content, key)
            if found is None:
                return content.rest or Known(False, at)  # noqa: FBT003 - the value itself
            certain = sure(found.value)
            return Known(True, at) if certain else Unknown("whether a key is there", at)  # noqa: FBT003
        case Tuple() | ListRef():
            items = right.items if isinstance(right, Tuple) else machine.iterate(right, at)
            if items is None:
                return Unknown("the items of a list", at)
            return as_condition(left, [machine.compare(left, "==", item, at) for item in items], items, at)
        case Known(value=str()) | Text() | FromEnv() | Unknown():
            return None
        case _:
            return Unknown("what is in an object", at)


def _set_in_environment(machine: Machine, name: Abstract, at: Span) -> Abstract:
    if isinstance(name, Known) and isinstance(name.value, str) and name.value in machine.environment:
        return Known(True, at)  # noqa: FBT003 - the value itself
    return Unknown("whether a variable is set", at)
