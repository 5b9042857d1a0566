# ruff: noqa: S311 - dice of a test
"""One file's text as data: what is kept, where it stands, and what cannot be read."""

import random
from pathlib import Path

import libcst as cst
import pytest

import poollint
from poollint import expressions as e
from poollint.python.evaluation.evaluate import Evaluator
from poollint.python.modules import Sources
from poollint.python.syntax.parsable import LARGEST
from poollint.python.syntax.positions import positions, provided
from poollint.python.syntax.summarize import summarize
from poollint.source import Skipped, SourceFile

FILES = sorted(Path(poollint.__file__).parent.rglob("*.py"))
_HEADS = (cst.BaseCompoundStatement, cst.ExceptHandler, cst.ExceptStarHandler, cst.MatchCase)
ODD = """
@a.b(1)
class C(B, metaclass=M):
    x: "int" = 1
    async def f(self, a, /, b: int = 2, *c, d=3, **e) -> None:
        async with g() as h, (yield):
            pass
        match a:
            case 1 | None: ...
            case [x, *rest] if x: ...
            case {"k": v, **others}: ...
            case _: pass
        try: pass
        except* (A, B) as error: raise X from error
        else: pass
        finally: pass
type T = int
def g[T](x: T): return (
    [i async for i in x if i], {*a}, {**b, 'c': 1}, x[1:2, ...], lambda *a, k=1: a, not -x ** 2,
    f"{x!r:>{w}} {{}} {y=}" "z", 0x1F, 1_000, 2j, 1e3, x if y else z, a < b <= c, a is not b, a not in b)
for i in x:
    continue
else:
    del a, b[0], c.d
while (n := f()): break
global q
assert x, "m"; x += 1; x @= y
from .. import a as b, c
from .m import *
import d.e, f as g
"""


def summary(text: str) -> e.Module:
    made = summarize(SourceFile("m.py", text))
    assert isinstance(made, e.Module), made
    return made


def same(text: str) -> None:
    """The quick positions are those of LibCST's own provider, wherever both exist."""
    tree = cst.parse_module(text)
    quick, slow = positions(tree), provided(tree)
    assert quick
    for node, place in quick.items():
        assert place[:2] == slow[node][:2]
        assert isinstance(node, _HEADS) or place == slow[node]


@pytest.mark.parametrize("path", random.Random(1).sample(FILES, 12), ids=lambda path: path.name)
def test_positions_of_own_files(path: Path) -> None:
    same(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"], ids=["unix", "dos", "mac"])
def test_positions_of_odd_code(newline: str) -> None:
    same(ODD.replace("\n", newline))


def test_odd_code_is_read_whole() -> None:
    kinds = {type(node).__name__ for node in e.walk(*summary(ODD).body)}
    assert kinds >= {
        "ClassDef",
        "Match",
        "Try",
        "With",
        "Comprehension",
        "OpaqueStatement",
        "Opaque",
        "Walrus",
    }


@pytest.mark.parametrize(
    ("text", "value"),
    [
        pytest.param("'a'", "a", id="text"),
        pytest.param("'a' \"b\"", "ab", id="concatenation"),
        pytest.param(r"'\n\d'", "\n\\d", id="escapes"),
        pytest.param(r"r'\n'", "\\n", id="raw"),
        pytest.param("'''a\r\nb'''", "a\nb", id="line ends"),
        pytest.param("b'a' b'b'", b"ab", id="bytes"),
        pytest.param("f'a{{}}'", "a{}", id="f-string without holes"),
        pytest.param("0b11", 3, id="binary"),
        pytest.param("1_0.5", 10.5, id="float"),
        pytest.param("1e3", 1000.0, id="exponent"),
        pytest.param("None", None, id="None"),
    ],
)
def test_constants(text: str, value: object) -> None:
    (statement,) = summary(f"x = {text}").body
    assert isinstance(statement, e.Assign)
    assert isinstance(statement.value, e.Literal)
    assert statement.value.value == value
    assert type(statement.value.value) is type(value)


@pytest.mark.parametrize(
    ("text", "why", "line"),
    [
        pytest.param("x = 1\ndef (", "not valid Python", 2, id="syntax"),
        pytest.param("print 'x'", "not valid Python", 1, id="Python 2"),
        pytest.param('print f"{{x}}"', "not valid Python", 1, id="doubled braces"),
        pytest.param("(" * 10_000, "nested too deeply", 1, id="brackets"),
        pytest.param("(" * 250, "nested too deeply", 1, id="a few brackets"),
        pytest.param(
            "x = (1\n" + "+ 1\n" * 1500 + ")", "nested too deeply", 1, id="signs at the starts of lines"
        ),
        pytest.param("x = a" + ".b" * 950, "nested too deeply", 1, id="attributes that the parser reads"),
        pytest.param("x = '\ud800'", "not valid Python", 1, id="half of a character"),
        pytest.param("x = " + "-" * 50_000 + "1", "nested too deeply", 1, id="signs"),
        pytest.param("x = " + "a." * 50_000 + "b", "nested too deeply", 1, id="attributes"),
        pytest.param("#" * (LARGEST + 1), "larger than 1,000,000 characters", 1, id="size"),
    ],
)
def test_what_cannot_be_read(text: str, why: str, line: int) -> None:
    skipped = summarize(SourceFile("m.py", text))
    assert isinstance(skipped, Skipped)
    assert (skipped.why, skipped.at.line, skipped.expected) == (why, line, False)


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        pytest.param("m.py", "{{ name }} x", True, id="filled-in"),
        pytest.param("m.py", "from {{name.lower()|safe}}.db import engine x\n", True, id="filter"),
        pytest.param(
            "m.py", "import os\n{%- if database %}\nimport db\n{%- endif %}\n", True, id="condition"
        ),
        pytest.param("{{cookiecutter.name}}/m.py", "import (", True, id="folder"),
        pytest.param("m.py", "x = {{1: 2}: 3", False, id="braces"),
        pytest.param("m.py", "x = 1 % 2 %}", False, id="remainder"),
    ],
)
def test_templates_are_not_broken(path: str, text: str, expected: bool) -> None:
    skipped = summarize(SourceFile(path, text))
    assert isinstance(skipped, Skipped)
    assert skipped.expected is expected


def test_what_parses_is_read_in_a_template_too() -> None:
    assert isinstance(summarize(SourceFile("{{cookiecutter.name}}/m.py", "x = 1\n")), e.Module)


def test_a_condition_over_several_lines_is_written_as_one() -> None:
    (statement,) = summary("if (a and\n        b\n   or c):\n    pass").body
    assert isinstance(statement, e.If)
    assert statement.text == "a and b or c"


@pytest.mark.parametrize("seed", range(30))
def test_mutated_code_raises_nothing(seed: int) -> None:
    dice = random.Random(seed)
    text = ODD + "from sqlalchemy import create_engine\ncreate_engine(x, **y)\n"
    for _ in range(dice.randint(1, 8)):
        at = dice.randrange(len(text))
        text = (
            text[:at]
            + dice.choice(["", "(", ")", "\n", "x", " ", "'", "\\", "\0", "**", ":"])
            + text[at + 1 :]
        )
    sources = Sources(["m.py"], lambda path: SourceFile(path, text))
    Evaluator(sources, makers=frozenset({"sqlalchemy.create_engine"})).events("m.py")
