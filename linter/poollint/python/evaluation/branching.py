"""Conditions: `if` and `match`, and what a condition says of the names in it."""

from collections.abc import Callable

from poollint import expressions as e
from poollint.python.evaluation.machine import Machine
from poollint.python.evaluation.objects import (
    ABSENT,
    Abstract,
    Branch,
    alternatives,
    choice,
)
from poollint.python.operations.decisions import compare
from poollint.values import FromEnv, Known, Unknown


def if_(machine: Machine, statement: e.If) -> bool:
    test = machine.evaluate(statement.test)
    decided = machine.truth(test)
    if decided is not None:
        return machine.block(statement.then if decided else statement.otherwise)
    machine.undecided(test)
    return machine.split(
        machine.frame.span(statement.test.at).full,
        [
            (statement.text, lambda: _arm(machine, statement.test, statement.then, holds=True)),
            (
                negation(statement.text),
                lambda: _arm(machine, statement.test, statement.otherwise, holds=False),
            ),
        ],
    )


def _arm(machine: Machine, test: e.Expression, body: tuple[e.Statement, ...], *, holds: bool) -> bool:
    refine(machine, test, holds=holds)
    return machine.block(body)


def negation(text: str) -> str:
    """`not text`, for people."""
    if text.startswith("not ") and " and " not in text and " or " not in text:
        return text.removeprefix("not ")
    return f"not {text}" if text.replace(".", "").replace("_", "").isalnum() else f"not ({text})"


def refine(machine: Machine, test: e.Expression, *, holds: bool) -> None:
    """Leaves out what a name cannot be where a condition on it holds (or does not)."""
    match test:
        case e.Unary(sign="not", operand=operand):
            refine(machine, operand, holds=not holds)
        case e.Logical(sign=sign) if (sign == "and") == holds:
            refine(machine, test.left, holds=holds)
            refine(machine, test.right, holds=holds)
        case e.Name():
            _filter(machine, test, lambda value: machine.truth(value) is not (not holds))
        case e.Compare(left=e.Name() as name, rights=((sign, e.Literal(value=value)),)) if sign in (
            "is",
            "is not",
            "==",
            "!=",
        ) and not isinstance(value, bytes):
            at = machine.frame.span(test.at)
            other = Known(value, at)
            _filter(
                machine,
                name,
                lambda one: machine.truth(compare(one, sign, other, at)) is not (not holds),
            )
        case _:
            return


def _filter(machine: Machine, name: e.Name, fits: Callable[[Abstract], bool]) -> None:
    frame = machine.frame
    cell = (frame.scopes[0], name.id)
    value = machine.variable(cell)
    if name.id in frame.globals or value == ABSENT:
        return
    kept = []
    for branch in alternatives(value):
        one = branch.value
        if isinstance(one, FromEnv) and one.default is not None and isinstance(one.default, Known):
            if not fits(one.default):
                one = FromEnv(one.variables, None, one.convert, one.origin)
            kept.append(Branch(one, branch.condition))
        elif fits(one):
            kept.append(branch)
    if kept:
        machine.store.write(cell, choice(kept))


def match_(machine: Machine, statement: e.Match) -> bool:
    subject = machine.evaluate(statement.subject)
    arms: list[tuple[str, Callable[[], bool]]] = []
    exhaustive = False
    for case in statement.cases:
        decided = _matches(machine, subject, case)
        if decided is False:
            continue
        arms.append((case.text, lambda case=case: _case(machine, subject, case)))  # type: ignore[misc]
        if decided:
            exhaustive = True
            break
    if not exhaustive:
        arms.append(("", lambda: True))
    if len(arms) == 1:
        return arms[0][1]()
    return machine.split(machine.frame.span(statement.subject.at).full, arms)


def _matches(machine: Machine, subject: Abstract, case: e.Case) -> bool | None:
    if case.guard is not None:
        return None
    if case.always:
        return True
    if case.values is None:
        return None
    at = machine.frame.span(case.at)
    found = [
        machine.truth(machine.compare(subject, _sign(each), machine.evaluate(each), at))
        for each in case.values
    ]
    if True in found:
        return True
    return None if None in found else False


def _sign(pattern: e.Expression) -> str:
    """None, True and False are compared by identity."""
    alone = isinstance(pattern, e.Literal) and (pattern.value is None or isinstance(pattern.value, bool))
    return "is" if alone else "=="


def _case(machine: Machine, subject: Abstract, case: e.Case) -> bool:
    at = machine.frame.span(case.at)
    if case.captures and not case.always:
        machine.forget(subject, "a part of a matched object", at)
    for name in case.captures:
        machine.bind(name, subject if case.always else Unknown("a part of a matched object", at))
    if case.guard is not None:
        machine.evaluate(case.guard)
    return machine.block(case.body)
