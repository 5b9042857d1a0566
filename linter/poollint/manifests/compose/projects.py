"""Which compose files are started together: a base, its override, and variants merged over it."""

from collections.abc import Iterable, Iterator
from dataclasses import field

from poollint.facts import Environment
from poollint.frozen import frozen
from poollint.manifests import envfile, yamls
from poollint.manifests.compose.interpolation import Interpolation
from poollint.manifests.nodes import Node, entries, get, items
from poollint.reading import Lookup
from poollint.source import Skipped, SourceFile

BASES = ("compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml")
"""Names that `docker compose` looks for, in its order."""
OVERRIDES = tuple(name.replace(".y", ".override.y") for name in BASES)
"""Names that it merges over that by itself."""


@frozen
class File:
    """A compose file with its root node."""

    path: str
    root: Node
    directory: str | None = None
    """Where relative paths start, if not beside the file."""

    @property
    def folder(self) -> str:
        return self.path.rpartition("/")[0] if self.directory is None else self.directory

    @property
    def name(self) -> str:
        return self.path.rpartition("/")[2]

    def service(self, name: str) -> Node | None:
        """The service of that name as this file has it."""
        return get(self.root, "services", name)


@frozen
class Project:
    """Files that are merged, the first below the others."""

    files: tuple[File, ...]
    lookup: Lookup
    variables: Environment = field(default_factory=dict)
    within: str = ""
    """The scope of the project that includes this one."""

    @property
    def scope(self) -> str:
        """The environment: named for the file that makes it what it is."""
        return self.within or f"compose:{self._naming.path}"

    @property
    def _naming(self) -> File:
        last = self.files[-1]
        return self.files[0] if last.name in OVERRIDES else last

    @property
    def interpolation(self) -> Interpolation:
        return Interpolation(self.variables)

    def names(self) -> tuple[str, ...]:
        """The services in the order in which they first appear."""
        return tuple(
            dict.fromkeys(entry.key for file in self.files for entry in entries(get(file.root, "services")))
        )


def projects(files: Iterable[SourceFile], lookup: Lookup) -> Iterator[Project | Skipped]:
    """The sets of files, by folder."""
    folders: dict[str, list[File]] = {}
    for source in files:
        found = opened(source)
        for each in found:
            if isinstance(each, Skipped):
                yield each
            else:
                folders.setdefault(each.folder, []).append(each)
    for folder, together in folders.items():
        variables = dotenv(folder, lookup)
        for chosen in _sets(together):
            yield Project(chosen, lookup, variables)


def opened(source: SourceFile) -> Iterator[File | Skipped]:
    """A file's document with services, or with files that have some, if it has one."""
    for document in yamls.documents(source, lambda text: "services:" in text or "include:" in text):
        if isinstance(document, Skipped):
            yield document
        elif entries(get(document.root, "services")) or items(get(document.root, "include")):
            yield File(source.path, document.root)
            yield from document.notes
            return


def dotenv(folder: str, lookup: Lookup) -> Environment:
    """The variables of the `.env` file of a folder."""
    file = lookup(f"{folder}/.env" if folder else ".env")
    return {} if file is None else {each.name: each.value for each in envfile.variables(file)}


def _sets(files: list[File]) -> Iterator[tuple[File, ...]]:
    base = next((each for name in BASES for each in files if each.name == name), None)
    overrides = tuple(each for each in files if each.name in OVERRIDES)
    if base is not None:
        yield (base, *overrides)
    for each in files:
        if each is base or (base is not None and each in overrides):
            continue
        yield (base, each) if base is not None and _only_changes(each, base) else (each,)


def _only_changes(file: File, base: File) -> bool:
    """Whether some service has nothing to run without the base file."""
    return any(
        get(entry.node, "image") is None
        and get(entry.node, "build") is None
        and get(entry.node, "extends") is None
        and base.service(entry.key) is not None
        for entry in entries(get(file.root, "services"))
    )
