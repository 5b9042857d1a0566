"""Engines and workloads of a document, by the place and name under which its clients speak of them."""

from collections.abc import Iterable, Mapping
from typing import TypeAlias

from poollint.catalogue.pools import pool_class
from poollint.exchange.nodes import Node
from poollint.exchange.servers import arguments, at
from poollint.exchange.values import maybe_value, read_value
from poollint.facts import Argument, Engine, Pods, Pool, Role, Url, Workload
from poollint.source import Span
from poollint.values import Known, Symbol, Unknown, Value, mapped

Engines: TypeAlias = Mapping[tuple[Span, str], Engine]
Workloads: TypeAlias = Mapping[tuple[Span, str], Workload]


def read_engines(node: Node) -> Engines:
    """The engines as the code alone says. Raises ExchangeError."""
    return {(engine.at, engine.name): engine for engine in map(_engine, node.items())}


def _engine(node: Node) -> Engine:
    here, exclusive = at(node), node.get("exclusive").text()
    return Engine(
        at=here,
        name=node.get("name").text(),
        callee=node.get("callee").text(),
        is_async=node.get("async").flag(),
        role=_role(node.get("role")),
        url=_url(node.get("url"), here),
        pool=read_pool(node.get("pool"), here),
        arguments=arguments(node.get("arguments"), here),
        connect_args=arguments(node.get("connect_args"), here),
        exclusive=f"{node.document}:{exclusive}" if exclusive else "",
    )


def _role(node: Node) -> Role:
    name = node.text()
    return Role(name) if name in set(Role) else node.fail(f"is {name}, which is no role")


def _url(node: Node, here: Span) -> Url:
    def part(name: str) -> Value:
        content = node.get(name).content
        if isinstance(content, str | int | float):
            return Known(content, here)
        return Unknown(f"the {name} is not in the facts", here)

    return Url(
        at=here,
        value=Unknown("the facts hold its parts only", here),
        driver=part("driver"),
        host=part("host"),
        port=part("port"),
        database=part("database"),
        query=tuple(_query(node.get("query").entries(), here)),
        variables=node.get("variables").texts(),
    )


def _query(entries: Iterable[tuple[str, Node]], here: Span) -> Iterable[Argument]:
    for name, part in entries:
        content = part.content
        known = Known(content, here) if isinstance(content, str) else Unknown("not in the facts", here)
        yield Argument(name, known, here)


def read_pool(node: Node, here: Span) -> Pool:
    """The pool that is in force. Raises ExchangeError."""
    missing = Unknown("not in the facts", here)
    return Pool(
        cls=mapped(read_value(node.get("class")), _symbol, "pool class"),
        size=read_value(node.get("pool_size")),
        overflow=read_value(node.get("max_overflow")),
        timeout=read_value(node.get("pool_timeout")),
        recycle=read_value(node.get("pool_recycle")),
        pre_ping=read_value(node.get("pool_pre_ping")),
        lifo=missing,
        reset_on_return=missing,
    )


def _symbol(known: Known) -> Value:
    name = str(known.value)
    return Known(Symbol(f"sqlalchemy.pool.{name}" if pool_class(name) else name), known.origin)


def read_workloads(node: Node) -> Workloads:
    """The workloads. Raises ExchangeError."""
    return {(workload.at, workload.label): workload for workload in map(_workload, node.items())}


def _workload(node: Node) -> Workload:
    pods = node.get("pods")
    return Workload(
        at=at(node),
        platform=node.get("platform").text(),
        kind=node.get("kind").text(),
        name=node.get("name").text(),
        pods=Pods(*(read_value(pods.get(name)) for name in ("minimum", "maximum", "surge"))),
        containers=(),
        concurrency=maybe_value(node.maybe("concurrency")),
    )
