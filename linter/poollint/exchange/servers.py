"""Poolers and databases of a document."""

from collections.abc import Iterable

from poollint.exchange.nodes import Node
from poollint.exchange.values import line_of, maybe_value, read_value
from poollint.facts import UNKNOWN_RELEASE, Argument, Database, Pooler, Release, Route
from poollint.source import Span
from poollint.values import Known, Value, origin_of


def at(node: Node) -> Span:
    """The line that `path` and `line` name."""
    return line_of(node, node.get("path").text(), node.get("line").line())


def arguments(node: Node, near: Span) -> tuple[Argument, ...]:
    """An object of values as arguments, each at the place that its value comes from."""
    return tuple(_argument(name, read_value(part), near) for name, part in node.entries())


def _argument(name: str, value: Value, near: Span) -> Argument:
    origin = origin_of(value)
    return Argument(name, value, origin if isinstance(origin, Span) else near)


def read_pooler(node: Node) -> Pooler:
    """A pooler. Raises ExchangeError."""
    here = at(node)
    return Pooler(
        at=here,
        product=node.get("product").text(),
        name=node.get("name").text(),
        version=_release(read_value(node.get("version"))),
        mode=read_value(node.get("mode")),
        instances=read_value(node.get("instances")),
        hosts=node.get("hosts").texts(),
        port=maybe_value(node.maybe("port")),
        settings=arguments(node.get("settings"), here),
        routes=tuple(_routes(node.get("routes").items())),
    )


def _routes(nodes: Iterable[Node]) -> Iterable[Route]:
    for node in nodes:
        host, port, database = (read_value(node.get(name)) for name in ("host", "port", "database"))
        yield Route(node.get("name").text(), host, port, database, at(node))


def _release(value: Value) -> Release:
    """`1.23` as numbers; what is no version of numbers is not known."""
    words = str(value.value).split(".") if isinstance(value, Known) else []
    if not words or not all(word.isascii() and word.isdecimal() for word in words):
        return UNKNOWN_RELEASE
    return Release(tuple(map(int, words)))


def read_database(node: Node) -> Database:
    """A database. Raises ExchangeError."""
    here = at(node)
    return Database(
        at=here,
        name=node.get("name").text(),
        family=node.get("family").text(),
        provider=node.get("provider").text(),
        max_connections=read_value(node.get("max_connections")),
        reserved=read_value(node.get("reserved")),
        hosts=node.get("hosts").texts(),
        port=maybe_value(node.maybe("port")),
        others=arguments(node.get("other_clients"), here),
        share=maybe_value(node.maybe("share")),
        declared=node.get("declared").flag(),
    )
