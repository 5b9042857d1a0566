"""Programs along several ways through a script as one list."""

from collections.abc import Sequence
from dataclasses import replace

from poollint.facts import Program
from poollint.values import Alternative, Known, Value, one_of


def merged(ways: Sequence[tuple[str, tuple[Program, ...]]]) -> tuple[Program, ...]:
    """What is started, where only one of the ways is taken (each with its condition).

    A program that some ways do not start has no processes there. Two programs that serve the same
    module along different ways are one, with the names of both.
    """
    if len(ways) == 1:
        return ways[0][1]
    places: list[list[Program | None]] = []
    order = sorted(range(len(ways)), key=lambda index: -len(ways[index][1]))  # the fullest gives the order
    for index in order:
        programs = ways[index][1]
        used: set[int] = set()
        for program in programs:
            at = next((i for i, row in enumerate(places) if i not in used and _fits(row, program)), None)
            if at is None:
                at = len(places)
                places.append([None] * len(ways))
            places[at][index] = program
            used.add(at)
    return tuple(_one([condition for condition, _ in ways], row) for row in places)


def _fits(row: Sequence[Program | None], program: Program) -> bool:
    there = [each for each in row if each is not None]
    same = all(each.name == program.name and each.module == program.module for each in there)
    served = bool(program.module) and all(each.module == program.module for each in there)
    return (same or served) and all(each.role == program.role for each in there)


def _one(conditions: Sequence[str], row: Sequence[Program | None]) -> Program:
    there = [each for each in row if each is not None]
    first = there[0]
    names = list(dict.fromkeys(each.name for each in there))
    classes = {each.worker_class for each in there}
    timeouts = [each.request_timeout for each in there]
    return replace(
        first,
        name=" or ".join(names),
        processes=one_of(
            Alternative(Known(0, first.at) if each is None else each.processes, condition)
            for condition, each in zip(conditions, row, strict=True)
        ),
        at_once=_either([each.at_once for each in there]),
        preload=_either_known([each.preload for each in there]),
        request_timeout=_either_known(timeouts),
        worker_class=first.worker_class if len(classes) == 1 else "",
    )


def _either(values: Sequence[Value]) -> Value:
    return one_of(Alternative(value) for value in values)


def _either_known(values: Sequence[Value | None]) -> Value | None:
    known = [value for value in values if value is not None]
    return _either(known) if len(known) == len(values) else None
