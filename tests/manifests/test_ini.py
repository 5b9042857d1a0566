"""Sections with keys, as several servers read them."""

import pytest

from poollint.manifests.ini import settings
from poollint.source import SourceFile


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", [], id="empty"),
        pytest.param("[a]\n", [], id="section-alone"),
        pytest.param("[a]\nb = c\n", [("a", "b", "c", 2)], id="setting"),
        pytest.param("b=c\n[a]\n", [("", "b", "c", 1)], id="before-any-section"),
        pytest.param("[a]\n# b = c\n; b = c\n\n", [], id="comments"),
        pytest.param("[a]\nb = c ; d\ne = f;g\n", [("a", "b", "c", 2), ("a", "e", "f;g", 3)], id="behind"),
        pytest.param("[a]\nb = c\n  d\n\te\n", [("a", "b", "c d e", 2)], id="goes-on"),
        pytest.param("[a]\nb =\n  c\n", [("a", "b", "c", 2)], id="goes-on-from-nothing"),
        pytest.param("[a]\nb\nc = d\n", [("a", "c", "d", 3)], id="no-setting"),
        pytest.param("[a]\nb = c\nd\n  e\n", [("a", "b", "c", 2)], id="nothing-goes-on"),
        pytest.param("[a\nb = c\n", [("", "b", "c", 2)], id="open-section"),
        pytest.param("[a]\nb=c\nb=d\n", [("a", "b", "c", 2), ("a", "b", "d", 3)], id="twice"),
    ],
)
def test_settings(text: str, expected: list[tuple[str, str, str, int]]) -> None:
    found = settings(SourceFile("x.ini", text))
    assert [(each.section, each.key, each.value, each.at.line) for each in found] == expected
