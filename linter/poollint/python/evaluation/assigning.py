"""Assignment: what a target does with a value."""

from poollint import expressions as e
from poollint.python.evaluation.machine import Machine
from poollint.python.evaluation.objects import (
    ABSENT,
    Abstract,
    Binding,
    Branch,
    ListContent,
    Result,
    alternatives,
    choice,
)
from poollint.source import Span
from poollint.values import Unknown


def assign(machine: Machine, target: e.Expression, value: Abstract) -> None:
    """Binds a target; `ABSENT` deletes it."""
    at = machine.frame.span(target.at)
    match target:
        case e.Name(id=name):
            machine.bind(name, value)
            _bound(machine, name, value)
        case e.Attribute():
            machine.set_attribute(machine.evaluate(target.value), target.name, value, at)
            owner = target.value.id if isinstance(target.value, e.Name) else "..."
            _bound(machine, f"{owner}.{target.name}", value)
        case e.Subscript():
            owner_value = machine.evaluate(target.value)
            key = machine.evaluate(target.index)
            machine.set_item(owner_value, key, value, machine.frame.span(target.index.at))
        case e.Display(items=items):
            _unpack(machine, items, value, at)
        case e.Starred():
            assign(machine, target.value, value)
        case _:  # pragma: no cover - Python's grammar has no other targets
            return


def _unpack(machine: Machine, targets: tuple[e.Expression, ...], value: Abstract, at: Span) -> None:
    if value == ABSENT:
        for target in targets:
            assign(machine, target, ABSENT)
        return
    columns: list[list[Branch]] = [[] for _ in targets]
    for branch in alternatives(value):
        items = machine.iterate(branch.value, at)
        why = (
            branch.value if isinstance(branch.value, Unknown) else Unknown("an item of what is not known", at)
        )
        for index, one in enumerate(_spread(machine, targets, items, at, why)):
            columns[index].append(Branch(one, branch.condition))
    for target, column in zip(targets, columns, strict=True):
        assign(machine, target, choice(column))


def _spread(
    machine: Machine,
    targets: tuple[e.Expression, ...],
    items: tuple[Abstract, ...] | None,
    at: Span,
    why: Unknown,
) -> list[Abstract]:
    star = next((index for index, each in enumerate(targets) if isinstance(each, e.Starred)), None)
    if items is None or (len(items) != len(targets) if star is None else len(items) < len(targets) - 1):
        return [why for _ in targets]
    if star is None:
        return list(items)
    behind = len(targets) - star - 1
    middle = items[star : len(items) - behind]
    tail = items[len(items) - behind :]
    return [*items[:star], machine.new_list_of(ListContent(middle), at), *tail]


def _bound(machine: Machine, target: str, value: Abstract) -> None:
    """Remembers where the result of a maker was kept."""
    for branch in alternatives(value):
        result = branch.value
        if isinstance(result, Result) and result.of in machine.makers:
            frame = machine.frame
            binding = Binding(frame.path, frame.names, target)
            for key, record in machine.records.items():
                if key[0] == result.at and binding not in record.bound:
                    record.bound.append(binding)


def augmented(machine: Machine, statement: e.AugAssign) -> None:
    """`target sign= value`"""
    at = machine.frame.span(statement.at)
    left = machine.evaluate(statement.target)
    right = machine.evaluate(statement.value)
    assign(machine, statement.target, machine.augment(left, statement.sign, right, at))
