"""A problem that reaches into other repositories begins here, or is theirs alone."""

import pytest

from poollint.exchange import Document, told_here
from poollint.rule import Note, Problem
from poollint.source import Span

DOCUMENTS = [Document("orders.json", ()), Document("users.json", ())]
ORDERS, USERS, HERE = "orders.json:k8s/api.yaml", "users.json:app/db.py", "app/db.py"


def at(path: str) -> Span:
    return Span(path, 3, 1, 3, 5)


@pytest.mark.parametrize(
    ("places", "expected"),
    [
        pytest.param([HERE], [HERE], id="here"),
        pytest.param([HERE, ORDERS], [HERE, ORDERS], id="here first"),
        pytest.param([ORDERS, USERS, HERE], [HERE, ORDERS, USERS], id="here last"),
        pytest.param([ORDERS, USERS], [ORDERS, USERS], id="in two others"),
        pytest.param([ORDERS, ORDERS], None, id="in one other"),
        pytest.param(["orders.json"], ["orders.json"], id="the document itself"),
    ],
)
def test_places(places: list[str], expected: list[str] | None) -> None:
    first, *others = places
    notes = tuple(Note(at(path), f"{path} says", "engine") for path in others)
    told = told_here(Problem(at(first), "too many", ("main",), label="12 pods", notes=notes), DOCUMENTS)

    assert (told and [told.at.path, *(note.at.path for note in told.notes)]) == expected
    if told is not None and told.at.path != first:
        assert (told.label, told.notes[0].message) == (f"{HERE} says", "12 pods")
