"""Workloads that are servers: databases, poolers and tunnels are recognised by their images."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TypeAlias

from poollint.catalogue.poolers import recognise_image
from poollint.catalogue.servers import recognise_server
from poollint.facts import Address, Container, Database, Fact, Image, Pooler, Workload
from poollint.frozen import frozen
from poollint.manifests.servers.configurations import Running, is_configuration, joined, unused
from poollint.manifests.servers.databases import database, runs_server
from poollint.manifests.servers.poolers import by_name, hint, pooler
from poollint.manifests.servers.tunnels import TUNNEL, tunnel
from poollint.manifests.shell.expansion import likely
from poollint.reading import Lookup
from poollint.values import Known

_Server: TypeAlias = Database | Address | Running


@frozen
class _Scene:
    addresses: tuple[Address, ...]
    images: tuple[Image, ...]
    lookup: Lookup


def recognise(facts: Iterable[Fact], lookup: Lookup) -> Iterator[Fact]:
    """All facts, with a Database, Pooler or Address for each container that runs one.

    The hosts of a server are the names of the addresses that select its workload. A pooler's
    configuration file and its container become one Pooler.
    """
    known = tuple(facts)
    scene = _Scene(
        tuple(fact for fact in known if isinstance(fact, Address)),
        tuple(fact for fact in known if isinstance(fact, Image)),
        lookup,
    )
    found = {id(fact): tuple(_servers(fact, scene)) for fact in known if isinstance(fact, Workload)}
    running = [each for servers in found.values() for each in servers if isinstance(each, Running)]
    configurations = (fact for fact in known if isinstance(fact, Pooler) and is_configuration(fact))
    with_files, used = joined(running, configurations)
    for fact in unused(known, used):
        yield fact
        for server in found.get(id(fact), ()):
            if isinstance(server, Running):
                yield with_files.get(server.pooler, server.pooler)
            else:
                yield server


def _servers(workload: Workload, scene: _Scene) -> Iterator[_Server]:
    """The servers among the containers of a workload that goes on running."""
    if workload.one_shot:
        return
    hosts = hosts_of(workload, scene.addresses)
    for given in workload.containers:
        if not given.init:
            server = _server(_over_image(given, scene.images), workload, hosts, scene.lookup)
            if server is not None:
                yield server


def _server(
    container: Container, workload: Workload, hosts: tuple[str, ...], lookup: Lookup
) -> _Server | None:
    image = likely(container.image) or ""
    found = recognise_image(image)
    if found is not None and found.image.product == TUNNEL:
        return tunnel(container, workload, hosts)
    if found is not None:
        return Running(pooler(found, container, workload, hosts), container)
    server = recognise_server(image)
    if server is None:
        hinted = hint(image, workload)
        return None if hinted is None else Running(by_name(hinted, container, workload, hosts), container)
    if not runs_server(server, container):
        return None
    return database(server, container, workload, hosts, lookup)


def _over_image(container: Container, images: Iterable[Image]) -> Container:
    """A container that the project builds, as one of the image that it builds on."""
    name = likely(container.image)
    if not container.dockerfile or (name is not None and (recognise_image(name) or recognise_server(name))):
        return container
    built = [each for each in images if each.dockerfile == container.dockerfile]
    image = next((each for each in built if each.target == container.target.lower()), None)
    if image is None:
        return container
    folder = f"{container.build}/" if container.build else ""
    copied = tuple((f"{folder}{source}".replace("/./", "/"), target) for source, target in image.copies)
    return replace(
        container,
        image=Known(image.base, image.at),
        entrypoint=container.entrypoint or image.entrypoint,
        command=container.command or image.command,
        mounts=(*copied, *container.mounts),
    )


def hosts_of(workload: Workload, addresses: Iterable[Address]) -> tuple[str, ...]:
    """The host names that lead to a workload: those of the addresses whose labels it has.

    The first pod of a StatefulSet has a name of its own below each of them.
    """
    labels = set(workload.labels)
    names = [
        host
        for address in addresses
        if address.selector and address.scope == workload.scope and set(address.selector) <= labels
        for host in address.hosts
    ]
    if workload.kind == "StatefulSet":
        names += [f"{workload.name}-0.{host}" for host in names]
    return tuple(dict.fromkeys(names))
