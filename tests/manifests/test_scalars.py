"""The types of YAML 1.1, against the library's own reading."""

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from poollint.manifests.scalars import resolve, standard


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("20", 20, id="decimal"),
        pytest.param("-3", -3, id="negative"),
        pytest.param("+3", 3, id="signed"),
        pytest.param("0", 0, id="zero"),
        pytest.param("1_000", 1000, id="separators"),
        pytest.param("0x1F", 31, id="hexadecimal"),
        pytest.param("0b101", 5, id="binary"),
        pytest.param("017", 15, id="octal of 1.1"),
        pytest.param("0o17", 15, id="octal of 1.2"),
        pytest.param("1:30", 90, id="base sixty"),
        pytest.param("09", "09", id="no octal"),
        pytest.param("0x_", "0x_", id="separators alone"),
        pytest.param("1.5", 1.5, id="float"),
        pytest.param("1.5e+3", 1500.0, id="exponent"),
        pytest.param(".5", 0.5, id="no digit before"),
        pytest.param(".inf", float("inf"), id="infinity"),
        pytest.param("-.INF", float("-inf"), id="minus infinity"),
        pytest.param(".nan", ".nan", id="not a number is a text"),
        pytest.param("5m", "5m", id="quantity"),
        pytest.param("1.2.3", "1.2.3", id="version"),
        pytest.param("9" * 5000, "9" * 5000, id="too long"),
        pytest.param("yes", True, id="yes"),
        pytest.param("Off", False, id="off"),
        pytest.param("TRUE", True, id="true"),
        pytest.param("yEs", "yEs", id="odd case"),
        pytest.param("", None, id="nothing"),
        pytest.param("~", None, id="tilde"),
        pytest.param("Null", None, id="null"),
        pytest.param("word", "word", id="word"),
        pytest.param("-", "-", id="dash"),
    ],
)
def test_plain(text: str, expected: object) -> None:
    found = resolve(text, "", "")
    assert (found, type(found)) == (expected, type(expected))


@pytest.mark.parametrize(
    ("tag", "style", "expected"),
    [
        pytest.param("", "'", "20", id="quoted"),
        pytest.param("", "|", "20", id="block"),
        pytest.param("!", "", "20", id="exclamation mark"),
        pytest.param("tag:yaml.org,2002:str", "", "20", id="tagged as text"),
        pytest.param("tag:yaml.org,2002:int", "'", 20, id="quoted and tagged as number"),
        pytest.param("!Ref", "", "20", id="tag of an application"),
    ],
)
def test_tags_and_quotes(tag: str, style: str, expected: object) -> None:
    assert resolve("20", tag, style) == expected


def test_standard_tags() -> None:
    assert standard("tag:yaml.org,2002:bool") == "bool"
    assert standard("!reset") is None


@given(st.text("0123456789+-._:xbXabefnEFINlyosYtrue~", max_size=12))
def test_as_the_library_does(text: str) -> None:
    """Floats excepted: an exponent without a sign is a number for Kubernetes and Compose."""
    theirs = _library(text)
    ours = resolve(text, "", "")
    if isinstance(ours, float):
        assert isinstance(theirs, str | float)
    elif isinstance(theirs, str | int | bool | None) and "0o" not in text:
        assert (ours, type(ours)) == (theirs, type(theirs))


def _library(text: str) -> object:
    """What the library makes of a text that stands unquoted behind a key; a list for what it refuses."""
    try:
        document: object = yaml.safe_load(f"a: {text}\n")
    except (yaml.YAMLError, ValueError):
        return []
    return document["a"] if isinstance(document, dict) and set(document) == {"a"} else []
