"""What containers start: the manifest's command over the image's, in the variables of both."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from fnmatch import fnmatchcase

from poollint.catalogue import programs as catalogue
from poollint.facts import Container, Fact, Image, Pods, Program, Workload
from poollint.frozen import frozen
from poollint.manifests import dockerfile
from poollint.manifests.commands.context import Context
from poollint.manifests.commands.ready import program
from poollint.manifests.commands.start import joined, started
from poollint.manifests.image_names import Built, Names, context_of, names, own_name, under
from poollint.manifests.roles import in_workload
from poollint.manifests.shell.expansion import likely
from poollint.reading import Calls, Constants, Lookup, no_calls
from poollint.source import Skipped, SourceFile
from poollint.values import Unknown

REFERRING = frozenset(("kubernetes", "knative", "cloud-run"))
"""Platforms that replace `$(NAME)` in a command."""
OTHER = "other"
SERVING = frozenset(("app", "worker", "beat"))


@frozen
class Images:
    """The images of a project and what they are called."""

    every: tuple[Image, ...]
    names: Names
    lookup: Lookup

    def of(self, container: Container, platform: str) -> tuple[Image | None, str]:
        """The image that a container runs, if it is built from the project, and its build folder."""
        built = Built(container.build, container.dockerfile, container.target)
        if not built.dockerfile and not built.folder:
            built = self.names.of(container.image, platform)
        if not built.dockerfile:
            return None, built.folder
        found = [each for each in self.every if each.dockerfile == built.dockerfile]
        file = self.lookup(built.dockerfile) if container.arguments and found else None
        if file is not None:
            given = {each.name: each.value for each in container.arguments}
            found = [each for each in dockerfile.images(file, given) if isinstance(each, Image)]
        wanted = next((each for each in found if each.target == built.target.lower()), None)
        return wanted or next((each for each in found if not each.target), None), built.folder


@frozen
class Sources:
    """Files by their paths in the project, and what evaluating Python files gives."""

    lookup: Lookup
    constants: Constants
    calls: Calls


def complete(
    facts: Iterable[Fact | Skipped], lookup: Lookup, constants: Constants, calls: Calls = no_calls
) -> Iterator[Fact | Skipped]:
    """All facts, their containers with programs; images that no manifest runs as workloads of their own."""
    known = tuple(facts)
    sources = Sources(lookup, constants, calls)
    images = Images(tuple(each for each in known if isinstance(each, Image)), names(known, lookup), lookup)
    used: set[str] = set()
    replaced: set[str] = set()
    done: dict[tuple[Container, bool], tuple[Container, tuple[Skipped, ...]]] = {}
    for each in known:
        if not isinstance(each, Workload):
            yield each
            continue
        containers: list[Container] = []
        for container in each.containers:
            image, build = images.of(container, each.platform)
            key = (container, each.platform in REFERRING)
            if key not in done:  # a service stands in the scope of each of its profiles
                done[key] = _completed(container, image, build, sources, references=key[1])
                yield from done[key][1]
            full, _ = done[key]
            if image is not None:
                (used if _runs_as_it_is(full) else replaced).add(image.dockerfile)
            programs = tuple(in_workload(program, each) for program in full.programs)
            containers.append(replace(full, programs=programs))
        yield replace(each, containers=tuple(containers))
    for image in images.every:
        if image.dockerfile not in used and not image.target:
            yield from _alone(image, sources, servers_only=image.dockerfile in replaced)


def _runs_as_it_is(container: Container) -> bool:
    """Whether a container is what its image is for: not where it only migrates or imports something."""
    return (container.entrypoint is None and container.command is None) or any(
        _serves(program) for program in container.programs
    )


def _serves(program: Program) -> bool:
    return program.role in SERVING and program.name in catalogue.programs()


def _completed(
    container: Container,
    image: Image | None,
    build: str,
    sources: Sources,
    *,
    references: bool,
) -> tuple[Container, tuple[Skipped, ...]]:
    variables = (*(image.environment if image else ()), *container.environment)
    full = replace(container, environment=variables)
    if container.programs:
        return full, ()
    if image is not None:
        full = replace(full, build=build, dockerfile=image.dockerfile)
    files = Files(sources.lookup, build, image, container.mounts)
    entrypoint, command = container.entrypoint, container.command
    if entrypoint is None and image is not None:
        entrypoint = image.entrypoint
        command = command if command is not None else image.command
    context = Context(
        full.variables(),
        files.find,
        sources.constants,
        container.directory or (image.workdir if image else ""),
        full.open_environment,
        references,
        image.base if image else likely(container.image) or "",
        calls=sources.calls,
        places=files.places(),
        around=files.around,
    )
    whole = joined(entrypoint, command)
    if whole is None or not whole.words:
        ready = program("", context, container.at)
        return replace(full, programs=() if ready is None else (ready,)), ()
    found = started(whole, context)
    return replace(full, programs=found.programs), found.skipped


def _alone(image: Image, sources: Sources, *, servers_only: bool) -> Iterator[Fact | Skipped]:
    """An image that no manifest runs, if it starts a program that is known."""
    name = own_name(image) or image.context.rpartition("/")[2] or "image"
    build = context_of(image, sources.lookup)
    container = Container(
        image.at,
        name,
        Unknown("built from the repository", image.at),
        open_environment=True,
        build=build,
        dockerfile=image.dockerfile,
    )
    full, skipped = _completed(container, image, build, sources, references=False)
    if not any(_serves(each) or (each.role != OTHER and not servers_only) for each in full.programs):
        return
    yield from skipped
    count = Unknown("no manifest of the project runs this image", image.at)
    pods = Pods(count, count, count)
    scope = f"image:{image.dockerfile}"
    yield Workload(image.at, "image", "image", name, pods, (full,), scope=scope)


@frozen
class Files:
    """The files of an image, found where they were copied or mounted from."""

    lookup: Lookup
    build: str
    image: Image | None
    mounts: tuple[tuple[str, str], ...]

    def find(self, path: str) -> SourceFile | None:
        """A file by its path in the container; relative paths are of the build folder."""
        for candidate in self._candidates(path):
            file = self.lookup(candidate)
            if file is not None:
                return file
        return None

    def around(self, name: str) -> SourceFile | None:
        """A file in the folder of the build or the nearest one above it."""
        folder = self.build
        while folder and self.lookup(under(folder, name)) is None:
            folder = folder.rpartition("/")[0]
        return self.lookup(under(folder, name))

    def places(self) -> tuple[str, ...]:
        """The paths at which the image has files that were copied or mounted by name."""
        copies = () if self.image is None else self.image.copies
        return tuple(target for _, target in (*copies, *self.mounts))

    def _candidates(self, path: str) -> Iterator[str]:
        for source, target in reversed(self.mounts):
            yield from _sources(path, source, target)
        if self.image is not None:
            folders = dict.fromkeys((self.build, self.image.context, ""))
            for source, target in reversed(self.image.copies):
                for inner in _sources(path, source, target):
                    yield from (under(folder, inner) for folder in folders)
        if not path.startswith("/") or self.image is None:
            yield under(self.build, path.lstrip("/"))


def _sources(path: str, source: str, target: str) -> Iterator[str]:
    """Where a file may come from, if something was copied to `target`."""
    if path == target:
        yield source
    base = target.rstrip("/")
    if not path.startswith(f"{base}/"):
        return
    inner = path[len(base) + 1 :]
    last = source.rpartition("/")[2]
    if "*" in last or "?" in last:
        if fnmatchcase(inner.partition("/")[0], last):
            yield under(source.rpartition("/")[0], inner)
        return
    if inner == last:
        yield source
    yield under(source, inner)
