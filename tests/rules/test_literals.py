"""No rule holds a number that a vendor, a driver or a pooler decides: those stand in the catalogue."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import poollint_rules
from poollint.catalogue.pgbouncer import tracks_statements, tracks_statements_since
from poollint.catalogue.prepared import prepared_drivers, prepared_versions

FOLDER = Path(str(poollint_rules.__file__)).parent
OF_NO_VENDOR = {
    "0.75": "how near a misspelt name must be to the one that is suggested",
    "127.0.0.1": "the machine itself",
}
"""Literals that nobody else decides, and what they are."""


def literals(path: Path) -> Iterator[str]:
    """Numbers beyond 2, and texts with a version or an address, outside of pages and of `since`."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    pages = {id(each.value) for each in ast.walk(tree) if isinstance(each, ast.Expr)}
    functions = (each for each in ast.walk(tree) if isinstance(each, ast.FunctionDef))
    registration = {id(inner) for each in functions for top in each.decorator_list for inner in ast.walk(top)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and id(node) not in pages | registration:
            value = node.value
            if isinstance(value, str) and re.search(r"\d\.\d", value):
                yield value
            elif isinstance(value, int | float) and value not in {0, 1, 2}:
                yield str(value)


def test_no_rule_holds_a_number_of_a_vendor() -> None:
    found = {each for path in FOLDER.rglob("*.py") for each in literals(path)}
    assert found == OF_NO_VENDOR.keys()


@pytest.mark.parametrize(
    ("driver", "versions"),
    [
        pytest.param("asyncpg", ("0.28", "0.31"), id="both-sides-of-the-last-change"),
        pytest.param("psycopg", ("0",), id="never-changed"),
    ],
)
def test_versions_to_ask_about(driver: str, versions: tuple[str, ...]) -> None:
    assert driver in prepared_drivers()
    assert prepared_versions(driver) == versions


def test_a_driver_without_rows_has_no_versions() -> None:
    with pytest.raises(ValueError, match="no rows of mysqldb"):
        prepared_versions("mysqldb")


@pytest.mark.parametrize(
    ("version", "tracks"), [("1.20", False), ("1.21", False), ("1.23.1", False), ("1.24", True)]
)
def test_pgbouncer_tracks_statements_by_default(version: str, tracks: bool) -> None:
    assert tracks_statements(version) is tracks
    assert tracks_statements_since() == "1.24.0"
