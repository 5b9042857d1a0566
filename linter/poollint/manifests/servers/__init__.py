"""Workloads that are servers: databases and poolers are recognised by their images."""

from collections.abc import Iterable, Iterator

from poollint.catalogue.poolers import recognise_image
from poollint.catalogue.servers import recognise_server
from poollint.facts import Address, Container, Database, Fact, Pooler, Workload
from poollint.manifests.servers.databases import database
from poollint.manifests.servers.poolers import pooler
from poollint.values import Known

TUNNEL = "cloud-sql-proxy"


def recognise(facts: Iterable[Fact]) -> Iterator[Fact]:
    """All facts, and a Database or Pooler for each container that runs one.

    The hosts of a server are the names of the addresses that select its workload.
    """
    known = tuple(facts)
    addresses = tuple(fact for fact in known if isinstance(fact, Address))
    for fact in known:
        yield fact
        if isinstance(fact, Workload):
            hosts = hosts_of(fact, addresses)
            for container in fact.containers:
                server = _server(container, fact, hosts)
                if server is not None:
                    yield server


def _server(container: Container, workload: Workload, hosts: tuple[str, ...]) -> Database | Pooler | None:
    image = container.image.value if isinstance(container.image, Known) else None
    if not isinstance(image, str):
        return None
    found = recognise_image(image)
    if found is not None:
        is_tunnel = found.image.product == TUNNEL
        return None if is_tunnel else pooler(found, container, workload, hosts)
    server = recognise_server(image)
    return None if server is None else database(server, container, workload, hosts)


def hosts_of(workload: Workload, addresses: Iterable[Address]) -> tuple[str, ...]:
    """The host names that lead to a workload: those of the addresses whose labels it has."""
    labels = set(workload.labels)
    return tuple(
        dict.fromkeys(
            host
            for address in addresses
            if address.selector and address.scope == workload.scope and set(address.selector) <= labels
            for host in address.hosts
        )
    )
