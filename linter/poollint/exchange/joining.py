"""Topologies of this repository with the clients of others that lead to the same servers."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from poollint.exchange.documents import Document, merged
from poollint.exchange.unifying import is_public, same_databases, same_poolers
from poollint.facts import Database, Pooler
from poollint.linking.ways import Servers, Way, way_to_database
from poollint.source import Span
from poollint.topology import Client, Topology, Unresolved
from poollint.values import Known


def joined(topologies: Sequence[Topology], documents: Iterable[Document]) -> tuple[Topology, ...]:
    """Each topology with what other repositories say about the same environment.

    Databases and poolers that are one get one budget; the engines and workloads of the others are not judged
    here. An environment of a document is that of the same name; its only one goes with every environment.
    """
    others = merged(documents)
    if not others:
        return tuple(topologies)
    names = {topology.environment for topology in topologies}
    return tuple(
        _with(topology, [_part(each, topology, names) for each in others]) for topology in topologies
    )


def _part(document: Document, topology: Topology, names: set[str]) -> Topology | Unresolved | None:
    found = {each.environment: each for each in document.topologies}
    if topology.environment in found:
        return found[topology.environment]
    if names & found.keys() or not found:
        return None
    if len(found) == 1:
        return next(iter(found.values()))
    return Unresolved(
        at=Span(document.name, 1, 1, 1, 1),
        what=f"the environment of {document.name} that belongs to '{topology.environment or 'this one'}'",
        why=f"it has {', '.join(found)}",
        settle="poollint inspect --env NAME --output-format json",
    )


def _with(topology: Topology, parts: Iterable[Topology | Unresolved | None]) -> Topology:
    given = [part for part in parts if part is not None]
    others = [part for part in given if isinstance(part, Topology)]
    every = (topology, *others)
    databases = same_databases(database for each in every for database in each.databases)
    poolers = same_poolers(pooler for each in every for pooler in each.poolers)
    known = Servers(tuple(dict.fromkeys(poolers.values())), tuple(dict.fromkeys(databases.values())), (), ())
    clients = tuple(
        _onward(_among(client, databases, poolers), known) for each in every for client in each.clients
    )
    own = {*(databases[each] for each in topology.databases), *(client.database for client in clients)}
    passed = {
        *(poolers[each] for each in topology.poolers),
        *(it for client in clients for it in client.poolers),
    }
    return replace(
        topology,
        databases=tuple(each for each in known.databases if each in own),
        poolers=tuple(each for each in known.poolers if each in passed),
        clients=clients,
        unresolved=(*topology.unresolved, *(part for part in given if isinstance(part, Unresolved))),
    )


def _among(client: Client, databases: dict[Database, Database], poolers: dict[Pooler, Pooler]) -> Client:
    return replace(
        client,
        poolers=tuple(poolers[each] for each in client.poolers),
        database=None if client.database is None else databases[client.database],
    )


def _onward(client: Client, servers: Servers) -> Client:
    """A client whose server another repository describes. Only a name with a domain says which one it is."""
    host = client.engine.url.host
    ends = client.database is not None or client.poolers
    if ends or not isinstance(host, Known) or not _has_domain(host.value):
        return client
    way = way_to_database(client.engine, client.workload, servers)
    if not isinstance(way, Way) or not way.evidence:
        return client
    return replace(
        client,
        poolers=way.poolers,
        database=way.database,
        evidence=(*client.evidence, *way.evidence),
    )


def _has_domain(host: object) -> bool:
    return isinstance(host, str) and (is_public(host) or host.endswith((".svc", ".svc.cluster.local")))
