"""What a file says without being parsed: words in its code, and the names that its body may use."""

import re

import pytest

from poollint import expressions as e
from poollint.python.evaluation.entries import body_names
from poollint.python.evaluation.evaluate import Evaluator
from poollint.python.modules import Sources
from poollint.python.syntax.summarize import summarize
from poollint.python.words import has_word
from poollint.source import SourceFile
from poollint.values import possible

WORD = re.compile(r"\bmake\b")
MAKER = frozenset({"sqlalchemy.create_engine"})


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("make()", id="a call"),
        pytest.param("import x as make", id="an import"),
        pytest.param("x = 'it''s' + make('y')", id="between texts"),
        pytest.param("'''a ' b''' ; make", id="behind a text with a quote in it"),
        pytest.param("x = 'a\\' # b' + make", id="behind an escaped quote"),
        pytest.param("x = 'a\\\nb' + make + 'c'", id="behind a text that goes on in the next line"),
        pytest.param("# don't\nmake # isn't", id="between comments with quotes"),
        pytest.param("x = f'{make}'", id="in a formatted text"),
        pytest.param("x = rF'''\n{make()}\n'''", id="in a raw formatted text of several lines"),
        pytest.param("x = 'never closed\nmake", id="behind a text that is not closed"),
        pytest.param('x = """never closed\nmake', id="in a long text that is not closed"),
    ],
)
def test_a_word_stands_in_the_code(text: str) -> None:
    assert has_word(text, WORD)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("maker(); remake()", id="longer words"),
        pytest.param("# make", id="a comment"),
        pytest.param("x = 1  # make\ny = 2", id="a comment behind code"),
        pytest.param("patch('app.make')", id="a text"),
        pytest.param('patch("a\\" make")', id="a text with an escaped quote"),
        pytest.param("x = rb'make'", id="bytes"),
        pytest.param('"""Does not\n\nmake "anything"."""', id="a docstring"),
        pytest.param("x = '# a' # make", id="a comment behind a text with a hash"),
    ],
)
def test_a_word_stands_in_no_code(text: str) -> None:
    assert not has_word(text, WORD)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("x = a.b(c)", {"x", "a", "b", "c"}, id="statements"),
        pytest.param("def f(): a", set(), id="a function that nobody names"),
        pytest.param("@a\ndef f(x=b): c", {"a", "b"}, id="decorators and defaults"),
        pytest.param("def f(): a\nf()", {"f", "a"}, id="a function that is called"),
        pytest.param("def f(): g()\ndef g(): a\nx.f()", {"x", "f", "g", "a"}, id="by way of another one"),
        pytest.param("def f(): f()\nf()", {"f"}, id="a function that calls itself"),
        pytest.param("class C:\n  x = a\n  def f(self): b", {"x", "a"}, id="a class body"),
        pytest.param("class C:\n  def f(self): b\nC()", {"C", "b"}, id="what a class may call"),
        pytest.param(
            "def f():\n  def g(): a\n  g()\nif x: f()", {"x", "f", "g", "a"}, id="a nested function"
        ),
    ],
)
def test_names_that_a_body_may_use(text: str, expected: set[str]) -> None:
    module = summarize(SourceFile("app.py", text))

    assert isinstance(module, e.Module)
    assert body_names(module) == expected


def sources(files: dict[str, str]) -> Sources:
    return Sources(files, lambda path: SourceFile(path, files[path]) if path in files else None)


@pytest.mark.parametrize(
    ("text", "parsed"),
    [
        pytest.param("patch('sqlalchemy.create_engine')", (), id="a maker's name in a text"),
        pytest.param("create_engines()", (), id="a longer name"),
        pytest.param("create_engine('sqlite://')", ("app.py",), id="a maker"),
    ],
)
def test_only_a_file_whose_code_names_a_maker_is_parsed(text: str, parsed: tuple[str, ...]) -> None:
    found = sources({"app.py": text})

    Evaluator(found, makers=MAKER).events("app.py")

    assert found.parsed == parsed


def test_only_a_file_whose_code_names_a_function_is_searched_for_its_callers() -> None:
    files = {
        "db.py": "from sqlalchemy import create_engine\ndef build(url): return create_engine(url)\n",
        "named.py": "from db import build\ndef start(): return build('sqlite://')\n",
        "told.py": "# build('sqlite:///other.db')\n",
    }
    found = sources(files)

    calls = Evaluator(found, makers=MAKER, callers=lambda _: files).events("db.py")

    assert found.parsed == ("db.py", "named.py")
    assert [call.calls[-1].path for call in calls] == ["named.py"]


def test_a_file_that_is_not_there_says_nothing() -> None:
    assert not sources({}).says("app.py", WORD)
    assert Evaluator(sources({}), makers=MAKER).events("app.py") == ()


def test_what_a_function_leaves_is_kept_where_something_inside_sees_it() -> None:
    text = """
def inside(n):
    def get(): return n
    return get
def plain(n):
    m = n + 1
    return m
try:
    first, second = inside(1), inside(2)
    third = plain(2)
except ValueError:
    raise
x = [first(), second(), third]
y = x[0] + x[1] * 10 + x[2] * 100
"""
    found = Evaluator(sources({"app.py": text})).constants("app.py")

    assert getattr(found["y"], "value", None) == 321


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param("import c\nc.n = 2\nx = c.n", [2], id="before it is loaded"),
        pytest.param("import c\nc.n = 2\nc.n = 3\nx = c.n", [3], id="twice"),
        pytest.param("import c\ny = c.n\nc.n = 3\nx = c.n", [3], id="after it was loaded"),
        pytest.param("import c\nif input():\n  c.n = 2\nx = c.n", [1, 2], id="in an arm"),
        pytest.param(
            "import c\nif input():\n  c.n = 2\n  y = c.n\nx = c.n", [1, 2], id="in an arm that loads it"
        ),
        pytest.param("import c\nc.m = 2\nx = c.n", [1], id="another name"),
        pytest.param("import c\nc.m = 2\nx = c.m", [2], id="a new name"),
        pytest.param("import c\nimport d\nd.set()\nx = c.n", [4], id="by another module"),
    ],
)
def test_a_name_of_a_module_that_others_set(code: str, expected: list[int]) -> None:
    files = {"app.py": code, "c.py": "n = 1", "d.py": "import c\ndef set(): c.n = 4\n"}

    value = Evaluator(sources(files)).constants("app.py")["x"]

    assert sorted(getattr(each, "value", 0) for each in possible(value)) == expected


def test_a_module_of_which_a_name_is_set_is_not_parsed() -> None:
    found = sources({"app.py": "import c\nc.n = 2", "c.py": "n = 1"})

    Evaluator(found).constants("app.py")

    assert found.parsed == ("app.py",)
