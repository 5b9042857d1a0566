"""Text -> documents: what is read, where it stands, and what is skipped for which reason."""

import builtins
import sys

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from poollint.manifests import nodes, yamls
from poollint.source import Skipped, SourceFile, Span
from poollint.values import Known, Unknown


def read(text: str) -> list[yamls.Document | Skipped]:
    return list(yamls.documents(SourceFile("a.yaml", text)))


def root(text: str) -> nodes.Node:
    (document,) = read(text)
    assert isinstance(document, yamls.Document), document
    return document.root


def plain(node: nodes.Node | None) -> object:
    """A node as plain data, every scalar as its text."""
    match node:
        case nodes.Mapping():
            return {entry.key: plain(entry.node) for entry in node.entries}
        case nodes.Sequence():
            return [plain(item) for item in node.items]
        case nodes.Scalar():
            return node.text
        case None:
            return None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("a: 1", [{"a": "1"}], id="mapping"),
        pytest.param("- 1\n- [2, 3]", [["1", ["2", "3"]]], id="sequences"),
        pytest.param("a: 1\n---\nb: 2\n", [{"a": "1"}, {"b": "2"}], id="two documents"),
        pytest.param("---\n---\n# nothing\n---\na: 1\n...\n", [{"a": "1"}], id="empty ones are left out"),
        pytest.param("a: 1\n...\n---\nb: 2", [{"a": "1"}, {"b": "2"}], id="document end marker"),
        pytest.param("--- {a: 1}\n--- # c\nb: 2", [{"a": "1"}, {"b": "2"}], id="content behind the dashes"),
        pytest.param("a: |\n  x\n  ---\n  y\n", [{"a": "x\n---\ny\n"}], id="dashes within a block"),
        pytest.param("a:\n---b: 1\n", [{"a": "", "---b": "1"}], id="dashes that begin a word"),
        pytest.param("%YAML 1.1\n# c\n---\na: 1\n", [{"a": "1"}], id="directive"),
        pytest.param("\ufeffa: 1\r\nb: 2\r\n", [{"a": "1", "b": "2"}], id="byte order mark and CRLF"),
        pytest.param("a: 1\rb: 2\r", [{"a": "1", "b": "2"}], id="CR"),
        pytest.param("a: 'x\u2028y'\nb: 1", [{"a": "x y", "b": "1"}], id="line separator is no line end"),
        pytest.param(
            '{"a": [1,\t2], "u": "http://x", "g": "/*"}',
            [{"a": ["1", "2"], "u": "http://x", "g": "/*"}],
            id="JSON",
        ),
        pytest.param(
            "x: &x {a: 1, b: 2}\ny: *x\n",
            [{"x": {"a": "1", "b": "2"}, "y": {"a": "1", "b": "2"}}],
            id="alias",
        ),
        pytest.param(
            "x: &x {a: 1, b: 2}\ny:\n  <<: *x\n  b: 3\n",
            [{"x": {"a": "1", "b": "2"}, "y": {"b": "3", "a": "1"}}],
            id="merge",
        ),
        pytest.param(
            "p: &p {a: 1}\nq: &q {a: 2, b: 2}\ny: {<<: [*p, *q]}\n",
            [{"p": {"a": "1"}, "q": {"a": "2", "b": "2"}, "y": {"a": "1", "b": "2"}}],
            id="the first of several merged ones wins",
        ),
        pytest.param("'<<': 1", [{"<<": "1"}], id="a quoted merge key is a key"),
        pytest.param("a: &s x\nb: *s", [{"a": "x", "b": "x"}], id="anchored scalar"),
        pytest.param(
            "a: &x [1]\nb: &x [2]\nc: *x", [{"a": ["1"], "b": ["2"], "c": ["2"]}], id="anchor again"
        ),
        pytest.param("a: !Ref x\nb: !GetAtt [c, d]", [{"a": "x", "b": ["c", "d"]}], id="tags"),
        pytest.param(
            "80: x\non: y\n~: z\n", [{"80": "x", "on": "y", "~": "z"}], id="keys as they are written"
        ),
        pytest.param("run: ${{ github.x }}", [{"run": "${{ github.x }}"}], id="no template"),
        pytest.param("a: |\n  {{ range }}\n", [{"a": "{{ range }}\n"}], id="template within a text"),
        pytest.param("", [], id="nothing"),
    ],
)
def test_read(text: str, expected: object) -> None:
    assert [plain(each.root) for each in read(text) if isinstance(each, yamls.Document)] == expected
    assert not [each for each in read(text) if isinstance(each, Skipped)]


BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n"
    for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
CHAIN = "a0: &a0 [x]\n" + "".join(f"a{i}: &a{i} [*a{i - 1}]\n" for i in range(1, 200))


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        pytest.param("a: {{ .x }}\n", 1, yamls.TEMPLATE, id="Helm"),
        pytest.param("a: 1\n{{- if .x }}\nb: 2\n", 2, yamls.TEMPLATE, id="Helm condition"),
        pytest.param("{{/* comment */}}\na: 1\n", 1, yamls.TEMPLATE, id="Helm comment"),
        pytest.param("a: 1\n{% if x %}\nb: 2\n", 2, yamls.TEMPLATE, id="Jinja"),
        pytest.param("b: [\n", 2, "not valid YAML: did not find expected node content", id="open bracket"),
        pytest.param("a:\n\tb: 1\n", 2, "not valid YAML: a tab where YAML wants spaces", id="tab"),
        pytest.param("a: *x", 1, "not valid YAML: the anchor x is not defined", id="unknown alias"),
        pytest.param("a: &a [*a]", 1, "the alias a stands within its own anchor", id="circle"),
        pytest.param("{[1]: 2}", 1, "a key that is no scalar", id="key"),
        pytest.param("a: \x00", 1, "not valid YAML: characters that YAML does not allow", id="null byte"),
        pytest.param("a: \ud800", 1, "not valid YAML: characters that YAML does not allow", id="surrogate"),
        pytest.param('{"a": 1, // no\n "b": 2}', 1, "JSON with comments", id="JSON with comments"),
        pytest.param('{"a": 1 /* no */}', 1, "JSON with comments", id="comment that would parse"),
        pytest.param("[" * 5000, 1, "more than 100 levels deep", id="deep flow"),
        pytest.param("- " * 5000, 1, "more than 100 levels deep", id="deep block"),
        pytest.param("{a: " * 100_000, 1, "more than 100 levels deep", id="deep and long"),
        pytest.param(BOMB, 6, "more than 200,000 nodes, with its aliases expanded", id="alias bomb"),
        pytest.param(CHAIN, 100, "more than 100 levels deep", id="depth by aliases"),
        pytest.param(
            "a: " + "x" * 1_100_001, 1, "a text of more than 1,100,000 characters", id="long scalar"
        ),
        pytest.param(
            "a: [" + "x, " * 1_400_000 + "]",
            1,
            "a document of more than 4,000,000 characters",
            id="long document",
        ),
        pytest.param(
            '"' + '\\"' * 300_000, 1, "not valid YAML: found unexpected end of stream", id="open quote"
        ),
        pytest.param("{ //" + '"\\' * 300_000, 1, "JSON with comments", id="quotes after a comment"),
    ],
)
def test_skipped(text: str, line: int, why: str) -> None:
    (skipped,) = read(text)
    assert isinstance(skipped, Skipped)
    assert (skipped.at.path, skipped.at.line, skipped.why) == ("a.yaml", line, why)


def test_a_broken_document_costs_itself_only() -> None:
    good, bad, also_good = read("a: 1\n---\nb: [\n---\nc: 3\n")
    assert isinstance(good, yamls.Document)
    assert isinstance(bad, Skipped)
    assert bad.at.line == 4
    assert isinstance(also_good, yamls.Document)
    assert also_good.root.at.line == 5


def test_anchors_end_with_their_document() -> None:
    assert isinstance(read("a: &x 1\n---\nb: *x\n")[1], Skipped)


def test_a_key_that_stands_twice_is_noted() -> None:
    (document,) = read("a: 1\nb: 2\na: 3\n")
    assert isinstance(document, yamls.Document)
    assert plain(document.root) == {"a": "3", "b": "2"}
    assert document.notes == (
        Skipped(Span("a.yaml", 1, 1, 1, 2), "the key a stands again in line 3, and the last one counts"),
    )


def test_places() -> None:
    document = read("x: 1\n---\n# c\nspec:\n  name: 'é'  # c\n  list: [1,\n    2]\n\n\nend: y\n")[1]
    assert isinstance(document, yamls.Document)
    name = nodes.get(document.root, "spec", "name")
    key = nodes.entry(nodes.get(document.root, "spec"), "name")
    spec, items = nodes.get(document.root, "spec"), nodes.get(document.root, "spec", "list")
    assert name is not None
    assert key is not None
    assert spec is not None
    assert items is not None
    assert name.at == Span("a.yaml", 5, 9, 5, 12)
    assert key.at == Span("a.yaml", 5, 3, 5, 7)
    assert spec.at == Span("a.yaml", 5, 3, 7, 7)
    assert items.at == Span("a.yaml", 6, 9, 7, 7)


def test_a_document_that_nobody_wants_is_not_parsed() -> None:
    file = SourceFile("a.yaml", "kind: A\n---\nkind: [B\n---\nkind: C\n")
    found = list(yamls.documents(file, lambda chunk: "[B" not in chunk))
    assert [plain(each.root) for each in found if isinstance(each, yamls.Document)] == [
        {"kind": "A"},
        {"kind": "C"},
    ]
    assert len(found) == 2


def test_without_the_c_loader_the_nodes_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "a: &x [1, 'é']\nb:\n  c: |\n    x\n  <<: {d: *x}\n---\n{a: 1}\n"
    fast = read(text)
    monkeypatch.setattr(yaml, "__with_libyaml__", False)
    slow = read(text)
    assert [plain(each.root) for each in fast if isinstance(each, yamls.Document)] == [
        plain(each.root) for each in slow if isinstance(each, yamls.Document)
    ]
    assert len(fast) == len(slow) == 2
    (skipped,) = read("a: \x00")
    assert isinstance(skipped, Skipped)


def test_the_library_is_imported_with_the_first_document(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "yaml")
    imported: list[str] = []
    genuine = builtins.__import__

    def recording(name: str, *rest: object, **named: object) -> object:
        imported.append(name)
        return genuine(name, *rest, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(builtins, "__import__", recording)
    list(yamls.documents(SourceFile("a.yaml", "a: 1"), lambda _chunk: False))
    assert "yaml" not in imported


ALPHABET = st.sampled_from(
    [*"ab:-?[]{},#&*!|>'\"%@`\\ \t\n\r~<.0", "\n---\n", "{{", "<<: ", "*a", "&a ", "\ufeff", "\x00"]
)


@given(st.lists(ALPHABET, max_size=60).map("".join))
def test_any_text_is_read_or_skipped(text: str) -> None:
    for found in read(text):
        assert isinstance(found, Skipped) or plain(found.root) is not None


@given(st.text(max_size=200))
def test_any_unicode_is_read_or_skipped(text: str) -> None:
    assert all(isinstance(found, Skipped | yamls.Document) for found in read(text))


QUESTIONS = root("s: x\nn: 7\nq: '7'\nt: yes\nz:\nm: {a: [10, 20]}\nc: !Ref x\ng: '{{ x }}'\n")


def test_questions_are_total() -> None:
    at = nodes.get
    assert nodes.text(at(QUESTIONS, "m", "a", 1)) == "20"
    assert nodes.text(at(QUESTIONS, "m", "a", -1)) == "20"
    assert at(QUESTIONS, "m", "a", 2) is None
    assert at(QUESTIONS, "m", 0) is None
    assert at(QUESTIONS, "s", "x") is None
    assert at(None, "s") is None
    assert nodes.entry(at(QUESTIONS, "s"), "x") is None
    assert nodes.entries(None) == ()
    assert nodes.items(QUESTIONS) == ()
    assert nodes.text(at(QUESTIONS, "z")) is None
    assert nodes.text(QUESTIONS) is None
    assert nodes.is_null(at(QUESTIONS, "z"))
    assert not nodes.is_null(QUESTIONS)
    assert nodes.integer(at(QUESTIONS, "n")) == 7
    assert nodes.integer(at(QUESTIONS, "q")) is None
    assert nodes.integer(at(QUESTIONS, "t")) is None
    assert nodes.integer(None) is None
    assert nodes.boolean(at(QUESTIONS, "t")) is True
    assert nodes.boolean(at(QUESTIONS, "n")) is None


@pytest.mark.parametrize(
    ("key", "value", "string"),
    [
        pytest.param("s", "x", "x", id="word"),
        pytest.param("n", 7, "7", id="number"),
        pytest.param("q", "7", "7", id="quoted number"),
        pytest.param("t", True, "yes", id="switch"),
        pytest.param("z", None, "", id="null"),
    ],
)
def test_values(key: str, value: object, string: str) -> None:
    node = nodes.get(QUESTIONS, key)
    assert node is not None
    found = nodes.value(node)
    assert isinstance(found, Known)
    assert (found.value, type(found.value), found.origin) == (value, type(value), node.at)
    assert nodes.string(node) == Known(string, node.at)


@pytest.mark.parametrize(
    ("key", "why"),
    [
        pytest.param("m", "a mapping, not a single value", id="mapping"),
        pytest.param("c", "computed by the tag !Ref", id="tag"),
        pytest.param("g", "filled in by a template", id="template"),
    ],
)
def test_unknown_values(key: str, why: str) -> None:
    node = nodes.get(QUESTIONS, key)
    assert node is not None
    assert nodes.value(node) == nodes.string(node) == Unknown(why, node.at)
