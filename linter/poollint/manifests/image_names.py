"""Which Dockerfile of the project an image name stands for, where a manifest does not build it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from poollint.catalogue.poolers import recognise_image
from poollint.catalogue.programs import container_of
from poollint.catalogue.servers import recognise_server
from poollint.facts import Container, Fact, Image, Workload
from poollint.manifests.commands.ready import repository
from poollint.manifests.shell.expansion import likely
from poollint.source import Skipped
from poollint.values import Text, Value

_FILE_NAMES = frozenset(("dockerfile", "containerfile"))
_SEPARATORS = "-_/"


@dataclass(frozen=True, slots=True)
class Built:
    """A build: its folder, Dockerfile and target."""

    folder: str
    dockerfile: str
    target: str = ""


NOTHING = Built("", "")


@dataclass(frozen=True, slots=True)
class Names:
    """What is known about the names of a project's images.

    `published` are names that a manifest gives to what it builds; `folders` are the names of
    Dockerfiles and their folders; `only` is the one Dockerfile of a project whose manifests build
    nothing and run one image that is nobody else's.
    """

    published: Mapping[str, Built]
    folders: Mapping[str, frozenset[Built]]
    only: Mapping[str, Built]

    def of(self, image: Value) -> Built:
        """The build behind an image; nothing where the names do not tell or tell several."""
        name = image_name(image)
        if not name:
            return NOTHING
        if name in self.published:
            return self.published[name]
        last = name.rpartition("/")[2].lower()
        for candidate in (last, *_endings(last)):
            if found := self.folders.get(candidate):
                return next(iter(found)) if len(found) == 1 else NOTHING
        return self.only.get(name, NOTHING)


def names(facts: Iterable[Fact | Skipped]) -> Names:
    """The names in all facts together."""
    known = tuple(facts)
    images = [each for each in known if isinstance(each, Image)]
    containers = [each for fact in known if isinstance(fact, Workload) for each in fact.containers]
    published: dict[str, Built] = {}
    for each in containers:
        name = image_name(each.image)
        if name and each.dockerfile:
            published.setdefault(name, Built(each.build, each.dockerfile, each.target))
    folders: dict[str, set[Built]] = {}
    for image in images:
        for name in {own_name(image), image.context.rpartition("/")[2].lower()} - {""}:
            folders.setdefault(name, set()).add(Built(image.context, image.dockerfile))
    return Names(
        published, {name: frozenset(each) for name, each in folders.items()}, _only(images, containers)
    )


def _only(images: Iterable[Image], containers: Iterable[Container]) -> Mapping[str, Built]:
    builds = {Built(each.context, each.dockerfile) for each in images}
    known = tuple(containers)
    foreign = {name for each in known if _is_published(name := image_name(each.image))}
    is_built = any(each.dockerfile for each in known)
    return {foreign.pop(): builds.pop()} if len(builds) == len(foreign) == 1 and not is_built else {}


def _is_published(name: str) -> bool:
    """Whether an image may be the project's: in somebody's space, and no server that everybody runs."""
    return (
        "/" in name
        and recognise_image(name) is None
        and recognise_server(name) is None
        and container_of(name) is None
    )


def image_name(image: Value) -> str:
    """The repository of an image, also where its tag is not known; empty where it is not known itself."""
    whole = likely(image)
    if whole is None and isinstance(image, Text):
        pieces: list[str] = []
        for part in image.parts:
            piece = part if isinstance(part, str) else likely(part)
            if piece is None:
                break
            pieces.append(piece)
        start = "".join(pieces)
        whole = start if start.endswith((":", "@")) else None
    return "" if whole is None else repository(whole.rstrip(":@"))


def own_name(image: Image) -> str:
    """`worker` of Dockerfile.worker or worker.Dockerfile; empty for a plain Dockerfile."""
    file = image.dockerfile.rpartition("/")[2].lower()
    return "-".join(part for part in file.replace("-", ".").split(".") if part not in _FILE_NAMES)


def _endings(name: str) -> Iterable[str]:
    """`api` of `shop-api`: from the longest to the shortest."""
    return (name[at + 1 :] for at, letter in enumerate(name) if letter in _SEPARATORS and name[at + 1 :])
