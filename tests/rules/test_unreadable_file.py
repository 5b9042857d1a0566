"""POOL910: what could not be read."""

import pytest

from poollint.source import Skipped, Span
from poollint.topology import Topology
from poollint_rules.tool.unreadable_file import unreadable_file


def skipped(path: str, line: int, why: str, *, expected: bool = False) -> Skipped:
    return Skipped(Span(path, line, 1, line, 1), why, expected)


@pytest.mark.parametrize(
    ("parts", "found"),
    [
        pytest.param((), [], id="nothing"),
        pytest.param(
            (skipped("a.py", 3, "not valid Python"),),
            [("a.py is not checked here: not valid Python", None)],
            id="broken",
        ),
        pytest.param(
            (skipped("a.py", 3, "x"), skipped("b.py", 3, "x")),
            [("a.py is not checked here: x", None), ("b.py is not checked here: x", None)],
            id="two-broken",
        ),
        pytest.param(
            (skipped("c/a.yaml", 1, "a template", expected=True),),
            [("c/a.yaml is not checked: a template", 1)],
            id="template",
        ),
        pytest.param(
            (
                skipped("c/a.yaml", 1, "a template", expected=True),
                skipped("c/a.yaml", 9, "a template", expected=True),
            ),
            [("c/a.yaml is not checked: a template", 1)],
            id="two-parts-of-one",
        ),
        pytest.param(
            (
                skipped("c/a.yaml", 1, "a template", expected=True),
                skipped("c/b.yaml", 1, "a template", expected=True),
                skipped("c/d.yaml", 1, "a patch", expected=True),
                skipped("e/a.yaml", 1, "a template", expected=True),
            ),
            [
                ("c/a.yaml and 1 more of its folder are not checked: a template", 1),
                ("c/d.yaml is not checked: a patch", 1),
                ("e/a.yaml is not checked: a template", 1),
            ],
            id="by-folder-and-reason",
        ),
    ],
)
def test_topology(parts: tuple[Skipped, ...], found: list[tuple[str, int | None]]) -> None:
    problems = unreadable_file.check(Topology(skipped=parts))
    assert [(each.message, each.severity) for each in problems] == found
