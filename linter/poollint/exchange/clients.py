"""The clients of a document: its engines as they run in its workloads."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TypeVar

from poollint.exchange.nodes import Node
from poollint.exchange.values import place, read_value
from poollint.exchange.workloads import Engines, Workloads, read_pool
from poollint.facts import Container, Database, Engine, Pooler, Program
from poollint.source import Span
from poollint.topology import Client, Evidence, Topology
from poollint.values import Confidence, Unknown

_Server = TypeVar("_Server", Pooler, Database)
_Fact = TypeVar("_Fact")


def read_client(node: Node, here: Topology, engines: Engines, workloads: Workloads) -> Client:
    """An engine in a workload, with its way. Raises ExchangeError for what the document does not hold."""
    places, in_force = node.get("places"), node.get("in_force")
    engine = _meant(node.get("engine"), places.get("engine"), engines)
    workload = _meant(node.get("workload"), places.get("workload"), workloads)
    at = workload.at
    container = Container(at, node.get("container").text(), Unknown("not in the facts", at))
    program = Program(
        name=node.get("program").text(),
        module="",
        processes=read_value(in_force.get("processes")),
        at_once=read_value(in_force.get("threads")),
        at=at,
        role=node.get("role").text(),
        before=node.get("before").flag(),
    )
    database = node.maybe("database")
    return Client(
        engine=_in_force(engine, in_force),
        workload=workload,
        container=container,
        program=program,
        poolers=tuple(
            _meant(name, where, _by_place(here.poolers))
            for name, where in zip(node.get("poolers").items(), places.get("poolers").items(), strict=False)
        ),
        database=None
        if database is None
        else _meant(database, places.get("database"), _by_place(here.databases)),
        evidence=tuple(_evidence(text, _sureness(node)) for text in node.get("evidence").texts()),
    )


def _in_force(engine: Engine, node: Node) -> Engine:
    host, port, database = (read_value(node.get(name)) for name in ("host", "port", "database"))
    url = replace(engine.url, host=host, port=port, database=database)
    return replace(engine, url=url, pool=read_pool(node.get("pool"), engine.at))


def _by_place(servers: Iterable[_Server]) -> Mapping[tuple[Span, str], _Server]:
    return {(server.at, server.name): server for server in servers}


def _meant(name: Node, where: Node, known: Mapping[tuple[Span, str], _Fact]) -> _Fact:
    found = known.get((place(where, where.text()), name.text()))
    return (
        name.fail(f"is {name.text()} at {where.text()}, which is not in the document")
        if found is None
        else found
    )


def _evidence(text: str, sure: Confidence) -> Evidence:
    kind, _, says = text.partition(": ")
    return Evidence(kind, says, confidence=sure)


def _sureness(node: Node) -> Confidence:
    given = node.get("confidence").text()
    found = next((each for each in Confidence if str(each) == given), None)
    return node.get("confidence").fail(f"is {given}, which is no confidence") if found is None else found
