"""POOL911: what could not be found out."""

import pytest

from poollint.source import Span
from poollint.topology import Topology, Unresolved
from poollint_rules.tool.unresolved_input import unresolved_input

AT, ELSEWHERE = Span("db.py", 1, 1, 1, 9), Span("db.py", 5, 1, 5, 9)


@pytest.mark.parametrize(
    ("unresolved", "found"),
    [
        pytest.param((), [], id="nothing"),
        pytest.param((Unresolved(AT, "a", "why"),), [("a is not known: why", [])], id="one"),
        pytest.param(
            (Unresolved(AT, "a", "why", "line"),), [("a is not known: why", ["line"])], id="settled"
        ),
        pytest.param(
            (Unresolved(AT, "a", "why"), Unresolved(AT, "b", "why"), Unresolved(AT, "c", "why")),
            [("a (and 2 more like it) is not known: why", [])],
            id="same-reason",
        ),
        pytest.param(
            (Unresolved(AT, "a", "why"), Unresolved(AT, "b", "other"), Unresolved(ELSEWHERE, "c", "why")),
            [("a is not known: why", []), ("b is not known: other", []), ("c is not known: why", [])],
            id="different",
        ),
    ],
)
def test_topology(unresolved: tuple[Unresolved, ...], found: list[tuple[str, list[str]]]) -> None:
    problems = unresolved_input.check(Topology(unresolved=unresolved))
    assert [
        (each.message, [line for one in each.details for line in one.lines]) for each in problems
    ] == found
