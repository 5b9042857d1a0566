"""Summaries as bytes: what is read back is what was written, and what is broken is read again."""

import ast
import json
from dataclasses import fields
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from poollint import expressions as e
from poollint.python.syntax import summaries
from poollint.python.syntax.summaries import READERS, decode, encode, summary
from poollint.python.syntax.summarize import summarize
from poollint.source import Skipped, SourceFile

ROOT = Path(__file__).parents[2]
FILES = sorted(
    path for folder in ("fixtures", "linter/poollint/python") for path in (ROOT / folder).rglob("*.py")
)


class Memory:
    """Remembers in memory, and counts."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def recall(self, name: str) -> bytes | None:
        return self.kept.get(name)

    def keep(self, name: str, data: bytes) -> None:
        self.kept[name] = data


def again(text: str, path: str = "app/db.py") -> None:
    made = summarize(SourceFile(path, text))
    data = encode(made)

    assert data is not None
    assert b"\n" not in data
    found = decode(data, path)
    assert found == made
    if isinstance(found, e.Module) and isinstance(made, e.Module):
        assert repr(found.body) == repr(made.body), "1, 1.0 and True are equal"


def test_every_module_of_the_fixtures_and_of_our_own_comes_back() -> None:
    assert len(FILES) > 60
    for path in FILES:
        again(path.read_text("utf-8"), path.relative_to(ROOT).as_posix())


LEAVES = [
    *("1", "1.0", "True", "None", "''", "'\\n\\u2028é'", "b'\\x00\\xff'", "b''", "0xffffffffffffffffffff"),
    *("1e999", "x", "a.b.c", "...", "3j", "f'{x!r:>{w}}'", "'a' 'b'", "x[1:2, ::3]", "[]", "()", "{}"),
    "lambda *a, b=1, **k: b",
]
WRAPPERS = [
    *("({} + {})", "({} if {} else x)", "f({}, *{}, k={}, **{})", "[{}, *{}]", "{{{}: {}, **{}}}"),
    *("({}, {})", "({} and {} or {})", "({} < {} not in {})", "(not {})", "[{} for x, *y in {} if {}]"),
    *("(y := {})", "({} for x in {})", "{{k: {} for k in {}}}", "(await {})", "(yield {})", "{}[{}]"),
    *("{}.name", "{{{}, 1}}"),
]
STATEMENTS = [
    *("x = y = {}", "x: int = {}", "x += {}", "del x, y[{}]", "return {}", "raise E({})", "assert {}, {}"),
    *("import a.b as c, d", "from ..m import n as o, p", "from m import *", "global g", "break", "pass"),
    "if {}:\n    x = {}\nelif y:\n    pass\nelse:\n    z = {}",
    "for a, b in {}:\n    continue\nelse:\n    f({})",
    "while {}:\n    break",
    "with open({}) as f, g:\n    x = {}",
    "try:\n    x = {}\nexcept (A, B) as error:\n    pass\nelse:\n    y = 1\nfinally:\n    z = {}",
    "match {}:\n    case 1 | 'a':\n        x = {}\n    case [a] if {}:\n        y\n    case _:\n        z",
    "@d({})\nasync def f(a, /, b: int = {}, *c, e={}, **k) -> int:\n    return {}",
    "class C(B, metaclass=M):\n    x: int = {}\n    y = {}",
    "type X = int",
]


def filled(templates: list[str], parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Templates with parts in the place of `{}`."""

    def fill(template: str) -> st.SearchStrategy[str]:
        count = template.replace("{{", "").replace("}}", "").count("{}")
        return st.lists(parts, min_size=count, max_size=count).map(lambda found: template.format(*found))

    return st.sampled_from(templates).flatmap(fill)


EXPRESSIONS = st.recursive(
    st.sampled_from(LEAVES) | st.text().map(repr) | st.integers().map(str) | st.binary(max_size=4).map(repr),
    lambda inner: filled(WRAPPERS, inner),
    max_leaves=12,
)
MODULES = st.lists(filled(STATEMENTS, EXPRESSIONS), max_size=6).map("\n".join)


@given(MODULES)
def test_every_module_comes_back(text: str) -> None:
    again(text)


@pytest.mark.parametrize(
    ("text", "path"),
    [
        pytest.param("x = (", "app/db.py", id="no-Python"),
        pytest.param("x = {{ cookiecutter.x }}", "app/db.py", id="a-template"),
        pytest.param("(" * 300 + ")" * 300, "app/db.py", id="too-deep"),
        pytest.param("", "app/db.py", id="nothing"),
    ],
)
def test_what_cannot_be_read_comes_back_too(text: str, path: str) -> None:
    again(text, path)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("x = '\\ud83d' '\\ude00'", id="surrogates"),
        pytest.param("x = 0x" + "f" * 5000, id="more-digits-than-Python-writes"),
    ],
)
def test_what_json_cannot_carry_is_not_kept(text: str) -> None:
    memory = Memory()

    assert isinstance(summary(SourceFile("a.py", text), memory), e.Module)
    assert not memory.kept


def test_a_chain_too_long_for_the_writer_is_not_kept() -> None:
    node: e.Expression = e.Name("x", (1, 1, 1, 2))
    for _ in range(5000):
        node = e.Await(node, (1, 1, 1, 2))

    assert encode(e.Module("a.py", (e.ExpressionStatement(node, (1, 1, 1, 2)),))) is None


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"\xff\xfe", id="no-text"),
        pytest.param(b"[]", id="no-program"),
        pytest.param(b"{}", id="no-reason"),
        pytest.param(b"7", id="a-number"),
        pytest.param(b'[[],"code"]', id="a-text-for-a-program"),
        pytest.param(b"[[],[0]]", id="ends-too-early"),
        pytest.param(b"[[],[9999]]", id="an-unknown-constant"),
        pytest.param(b"[[],[0,5]]", id="takes-more-than-there-is"),
        pytest.param(b"[[],[0,0]]", id="leaves-no-module"),
        pytest.param(b"[[[1]],[0,0]]", id="bytes-that-are-none"),
    ],
)
def test_a_broken_entry_is_none(data: bytes) -> None:
    assert decode(data, "a.py") is None


def test_a_module_is_read_once_for_all_paths(monkeypatch: pytest.MonkeyPatch) -> None:
    memory = Memory()
    first = summary(SourceFile("a.py", "x = 1"), memory)
    monkeypatch.setattr("poollint.python.syntax.summarize.summarize", lambda _: pytest.fail("read again"))
    second = summary(SourceFile("b/c.py", "x = 1"), memory)

    assert isinstance(first, e.Module)
    assert second == e.Module("b/c.py", first.body, first.names, first.attributes)


def test_a_broken_entry_is_read_again_and_replaced() -> None:
    memory = Memory()
    made = summary(SourceFile("a.py", "x = 1"), memory)
    (name,) = memory.kept
    good, memory.kept[name] = memory.kept[name], b"[]"

    assert summary(SourceFile("a.py", "x = 1"), memory) == made
    assert memory.kept == {name: good}


def test_the_path_of_a_template_decides_too() -> None:
    memory = Memory()

    found = summary(SourceFile("{{ cookiecutter.name }}/db.py", "x = ("), memory)

    assert isinstance(found, Skipped)
    assert found.expected
    assert not memory.kept


def test_without_a_memory_it_is_read() -> None:
    assert summary(SourceFile("a.py", "x = 1"), None) == summarize(SourceFile("a.py", "x = 1"))


@pytest.mark.parametrize("kind", get_args(e.Node), ids=lambda kind: str(kind.__name__))
def test_the_place_is_the_last_field(kind: type) -> None:
    assert fields(kind)[-1].name == "at"


def test_all_that_decides_is_in_the_name() -> None:
    found, open_ = set(), ["python.syntax.summarize"]
    while open_:
        name = open_.pop()
        found.add(name)
        text = (ROOT / "linter/poollint" / (name.replace(".", "/") + ".py")).read_text("utf-8")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("poollint"):
                module = node.module.removeprefix("poollint").lstrip(".")
                names = [module] if module else [each.name for each in node.names]
                open_ += [each for each in names if each not in found]

    assert found - {"source", "frozen"} == set(READERS)


@pytest.fixture
def fresh() -> None:
    summaries.readers.cache_clear()


@pytest.mark.usefixtures("fresh")
@pytest.mark.parametrize(
    ("target", "value"),
    [
        pytest.param("find_spec", lambda _: None, id="no-LibCST"),
        pytest.param("READERS", ("python.nothing",), id="no-source"),
    ],
)
def test_an_installation_that_cannot_be_told_from_another_remembers_nothing(
    target: str, value: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(summaries, target, value)
    memory = Memory()

    assert isinstance(summary(SourceFile("a.py", "x = 1"), memory), e.Module)
    assert not memory.kept
    summaries.readers.cache_clear()


@pytest.mark.usefixtures("fresh")
def test_another_version_reads_again(monkeypatch: pytest.MonkeyPatch) -> None:
    memory = Memory()
    summary(SourceFile("a.py", "x = 1"), memory)
    monkeypatch.setattr(summaries, "__version__", "999")
    summaries.readers.cache_clear()
    summary(SourceFile("a.py", "x = 1"), memory)
    summaries.readers.cache_clear()

    assert len(memory.kept) == 2


def test_what_is_kept_is_data() -> None:
    data = encode(summarize(SourceFile("a.py", "x = b'a'")))

    assert data is not None
    values, code = json.loads(data)
    assert values == ["x", ["a"]]
    assert all(type(each) is int for each in code)
