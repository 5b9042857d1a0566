"""Compose files: every service of every set of files that is started together."""

from collections.abc import Iterable, Iterator

from poollint.facts import Fact
from poollint.manifests.compose.projects import projects
from poollint.manifests.compose.services import Service, services
from poollint.manifests.compose.workloads import facts, scopes
from poollint.reading import Lookup
from poollint.source import Skipped, SourceFile


def read(files: Iterable[SourceFile], lookup: Lookup) -> Iterator[Fact | Skipped]:
    """A workload and an address for each service, in the order of files."""
    for each in projects(files, lookup):
        if isinstance(each, Skipped):
            yield each
            continue
        found = tuple(services(each))
        yield from (service for service in found if isinstance(service, Skipped))
        together = tuple(service for service in found if isinstance(service, Service))
        shared = scopes(together, each)
        for service in together:
            yield from facts(service, together, shared, each)
