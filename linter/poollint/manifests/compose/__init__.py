"""Compose files: every service of every set of files that is started together."""

from collections.abc import Iterable, Iterator

from poollint.facts import Fact
from poollint.frozen import frozen
from poollint.manifests.compose.including import with_included
from poollint.manifests.compose.projects import Project, projects
from poollint.manifests.compose.services import Service, services
from poollint.manifests.compose.workloads import facts, scopes
from poollint.reading import Lookup
from poollint.source import Skipped, SourceFile


def read(files: Iterable[SourceFile], lookup: Lookup) -> Iterator[Fact | Skipped]:
    """A workload and an address for each service, in the order of files.

    A file that another one includes is no project of its own.
    """
    found = tuple(projects(files, lookup))
    yield from (each for each in found if isinstance(each, Skipped))
    every = [_Whole(each, tuple(with_included(each))) for each in found if isinstance(each, Project)]
    for number, whole in enumerate(every):
        others = ((other, number < at) for at, other in enumerate(every) if at != number)
        if not any(other.holds(whole) and not (first and whole.holds(other)) for other, first in others):
            yield from _started(whole.parts)


@frozen
class _Whole:
    """A project and what it includes, itself first."""

    project: Project
    parts: tuple[Project | Skipped, ...]

    def holds(self, other: "_Whole") -> bool:
        """Whether it includes the first file of another project."""
        included = (each.files for each in self.parts[1:] if isinstance(each, Project))
        return any(file.path == other.project.files[0].path for files in included for file in files)


def _started(together: tuple[Project | Skipped, ...]) -> Iterator[Fact | Skipped]:
    """What a project and those that it includes start."""
    chosen = [each for each in together if isinstance(each, Project)]
    yield from (each for each in together if isinstance(each, Skipped))
    found = [(each, service) for project in chosen for each, service in _services(project)]
    yield from (service for _, service in found if isinstance(service, Skipped))
    every = tuple(service for _, service in found if isinstance(service, Service))
    shared = scopes(every, chosen[0])
    for project, service in found:
        if isinstance(service, Service):
            yield from facts(service, every, shared, project)


def _services(project: Project) -> Iterator[tuple[Project, Service | Skipped]]:
    for each in services(project):
        yield project, each
