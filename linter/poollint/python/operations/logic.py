"""`and`, `or` and conditional expressions."""

from poollint import expressions as e
from poollint.python.evaluation.branching import negation, refine
from poollint.python.evaluation.machine import Machine
from poollint.python.evaluation.objects import (
    Abstract,
    Branch,
    External,
    alternatives,
    choice,
)
from poollint.python.operations.decisions import truth
from poollint.source import Span
from poollint.values import (
    FromEnv,
    Known,
    Symbol,
    Text,
)


def logical(machine: Machine, expression: e.Logical, at: Span) -> Abstract:
    left = machine.evaluate(expression.left)
    stops = expression.sign == "or"
    decided = machine.truth(left)
    if decided is stops:
        return left
    if decided is not None:
        return machine.evaluate(expression.right)
    results: list[Abstract] = []

    def right() -> bool:
        refine(machine, expression.left, holds=not stops)
        results.append(machine.evaluate(expression.right))
        return True

    machine.split("", [("", lambda: True), ("", right)])
    behind = results[0]
    return choice(
        branch for one in alternatives(left) for branch in _short(machine, one, behind, at, stops=stops)
    )


def _short(machine: Machine, left: Branch, right: Abstract, at: Span, *, stops: bool) -> list[Branch]:
    """`left or right` (or `and`, when `stops` is false) for one alternative on the left."""
    value = left.value
    decided = machine.truth(value)
    if decided is stops:
        return [left]
    if decided is not None:
        return [Branch(right, left.condition)]
    if stops and isinstance(value, FromEnv):
        return [Branch(_env_or(value, one.value, at), one.condition) for one in alternatives(right)]
    return [left, Branch(right, left.condition)]


def _env_or(value: FromEnv, right: Abstract, at: Span) -> Abstract:
    """`variable or right`: the right one when the variable is not set, or empty."""
    default = value.default
    if default is not None and not (isinstance(default, Known) and truth(default) is False):
        # The default counts, or may; but an empty variable still leads to the right one.
        return choice([Branch(value), Branch(right)]) if default != right else value
    match right:
        case FromEnv():
            variables = tuple(dict.fromkeys((*value.variables, *right.variables)))
            return FromEnv(variables, right.default, _or(value), at)
        case Known() | Text():
            return FromEnv(value.variables, right, _or(value), at)
        case External(name=name):
            return FromEnv(value.variables, Known(Symbol(name), at), _or(value), at)
        case _:
            left = FromEnv(value.variables, None, value.convert, value.origin)
            return choice([Branch(left), Branch(right, f"{value.variable} is not set")])


def conditional(machine: Machine, expression: e.Conditional) -> Abstract:
    test = machine.evaluate(expression.test)
    decided = machine.truth(test)
    if decided is not None:
        return machine.evaluate(expression.then if decided else expression.otherwise)
    machine.undecided(test)
    results: list[Branch] = []

    def arm(part: e.Expression, text: str, *, holds: bool) -> bool:
        refine(machine, expression.test, holds=holds)
        results.append(Branch(machine.evaluate(part), text))
        return True

    text, other = expression.text, negation(expression.text)
    machine.split(
        machine.frame.span(expression.test.at).full,
        [
            (text, lambda: arm(expression.then, text, holds=True)),
            (other, lambda: arm(expression.otherwise, other, holds=False)),
        ],
    )
    return choice(results)


def _or(left: FromEnv) -> str:
    return left.convert or "or"
