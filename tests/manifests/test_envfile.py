"""`.env` files -> variables."""

import pytest

from poollint.manifests.envfile import variables
from poollint.source import SourceFile
from poollint.values import Known


def read(text: str) -> dict[str, str]:
    found = variables(SourceFile(".env", text))
    return {each.name: str(each.value.value) for each in found if isinstance(each.value, Known)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("A=b", {"A": "b"}, id="plain"),
        pytest.param("export A = b ", {"A": "b"}, id="export-and-blanks"),
        pytest.param("A=", {"A": ""}, id="empty"),
        pytest.param("# A=b\n\nB=c", {"B": "c"}, id="comment-line"),
        pytest.param("A=b # comment", {"A": "b"}, id="comment"),
        pytest.param("A=b#c", {"A": "b#c"}, id="no-comment"),
        pytest.param("A='b # c'", {"A": "b # c"}, id="single-quotes"),
        pytest.param('A="b\\n\\"c\\"" # x', {"A": 'b\n"c"'}, id="double-quotes"),
        pytest.param('A="one\ntwo"\nB=c', {"A": "one\ntwo", "B": "c"}, id="several-lines"),
        pytest.param("A='open\nB=c", {"A": "'open\nB=c"}, id="open-quote"),
        pytest.param("A=b\r\nB=c\r\n", {"A": "b", "B": "c"}, id="windows"),
        pytest.param("A=b\nA=c", {"A": "c"}, id="later-wins"),
        pytest.param("no assignment\n=x\n1A=b", {}, id="others"),
        pytest.param("URL=postgresql://u:p@h/d?x=1", {"URL": "postgresql://u:p@h/d?x=1"}, id="equals-inside"),
    ],
)
def test_variables(text: str, expected: dict[str, str]) -> None:
    assert read(text) == expected


def test_places() -> None:
    second = list(variables(SourceFile("web/.env", "A=b\nBCD=e\n")))[1]
    assert second.at.full == "web/.env:2:1"
    assert second.at.end_column == len("BCD=e") + 1


def test_an_open_quote_ends_after_some_lines() -> None:
    text = 'A="open\n' + "x\n" * 300 + "B=c\n"
    assert read(text)["B"] == "c"
