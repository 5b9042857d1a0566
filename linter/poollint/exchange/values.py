"""Values as the `inspect` format has them -> values, with origins below the name of the document."""

from math import inf

from poollint.exchange.nodes import Node
from poollint.source import Span
from poollint.values import (
    Alternative,
    Default,
    Documented,
    Entry,
    FromEnv,
    Known,
    Origin,
    Record,
    Scalar,
    Text,
    Unknown,
    Value,
    one_of,
)


def read_value(node: Node) -> Value:
    """A value of any kind. Raises ExchangeError."""
    kind = node.get("kind").text()
    match kind:
        case "known":
            return Known(_scalar(node.get("value")), read_origin(node))
        case "env":
            default = _default(node.get("default"), node) if "default" in node.table() else None
            return FromEnv((node.get("variable").text(),), default, "", read_origin(node))
        case "one_of":
            return _one_of(node.get("values"))
        case "text":
            origin = read_origin(node)
            hidden = Unknown("not in the facts", origin)
            parts = (hidden if part.content is None else part.text() for part in node.get("parts").items())
            return Text(tuple(parts), origin)
        case "record":
            origin = read_origin(node)
            at = origin if isinstance(origin, Span) else place(node, "?:1")
            entries = (Entry(key, read_value(part), at) for key, part in node.get("entries").entries())
            return Record(tuple(entries), origin)
        case "unknown":
            return Unknown(node.get("why").text(), read_origin(node))
        case _:
            return node.get("kind").fail(f"is {kind}, which is no kind of value")


def maybe_value(node: Node | None) -> Value | None:
    """A value, or None for null."""
    return None if node is None else read_value(node)


def _one_of(node: Node) -> Value:
    values = [Alternative(read_value(item)) for item in node.items()]
    return one_of(values) if values else node.fail("must hold at least one value")


def _scalar(node: Node) -> Scalar:
    match node.content:
        case "unbounded":
            return inf
        case str() | int() | float() | bool() | None as constant:
            return constant
        case _:
            return node.fail("must be a constant")


def _default(node: Node, of: Node) -> Value:
    """The default of a variable: a constant as it is, anything else as a value."""
    return read_value(node) if isinstance(node.content, dict) else Known(_scalar(node), read_origin(of))


def read_origin(node: Node) -> Origin:
    """Where a value comes from: `path:line`, `default: ...` or `documented: ...`."""
    text = node.get("origin").text()
    certain = "certain" not in node.table() or node.get("certain").flag()
    what, sign, of = text.partition(": ")
    if sign and what == "default":
        return Default(of, certain=certain)
    if sign and what == "documented":
        return Documented(of, "", certain)
    return place(node.get("origin"), text)


def place(node: Node, text: str) -> Span:
    """`src/app/db.py:9` as a line of a file of the document's repository."""
    path, sign, line = text.rpartition(":")
    if not sign or not (line.isascii() and line.isdecimal()):
        node.fail(f"is {text!r}, which is no path:line")
    return line_of(node, path, max(1, int(line)))


def line_of(node: Node, path: str, line: int) -> Span:
    """A line of a file of the document's repository: the path is that of the document, a colon, its own."""
    return Span(f"{node.document}:{path}", line, 1, line, 1)
