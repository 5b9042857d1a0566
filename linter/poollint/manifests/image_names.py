"""Which Dockerfile of the project an image name stands for, where a manifest does not build it."""

from collections.abc import Iterable, Mapping

from poollint.catalogue.poolers import recognise_image
from poollint.catalogue.programs import container_of
from poollint.catalogue.servers import recognise_server
from poollint.facts import Container, Fact, Image, Workload
from poollint.frozen import frozen
from poollint.manifests.commands.ready import repository
from poollint.manifests.shell.expansion import likely
from poollint.reading import Lookup
from poollint.source import Skipped
from poollint.values import Text, Value

_FILE_NAMES = frozenset(("dockerfile", "containerfile"))
_ASIDE = frozenset(
    ("doc", "docs", "example", "examples", "sample", "samples", "test", "tests", ".devcontainer")
)
_SEPARATORS = "-_/"


@frozen
class Built:
    """A build: its folder, Dockerfile and target."""

    folder: str
    dockerfile: str
    target: str = ""


NOTHING = Built("", "")


@frozen
class Names:
    """What is known about the names of a project's images.

    `published` are names that a manifest gives to what it builds; `folders` are the names of
    Dockerfiles and their folders; `only` is the one Dockerfile of a project whose manifests build
    nothing and run one image that is nobody else's.
    """

    published: Mapping[str, Built]
    folders: Mapping[str, frozenset[Built]]
    only: Mapping[str, Built]

    def of(self, image: Value, platform: str) -> Built:
        """The build behind an image; nothing where the names do not tell or tell several.

        A compose file says itself what is built; only elsewhere similar names are a hint.
        """
        name = image_name(image)
        if not name:
            return NOTHING
        if name in self.published:
            return self.published[name]
        if platform == "compose" or _is_somebody_elses(name):
            return NOTHING
        last = name.rpartition("/")[2].lower()
        for candidate in (last, *_endings(last)):
            if found := self.folders.get(candidate):
                return next(iter(found)) if len(found) == 1 else NOTHING
        return self.only.get(name, NOTHING)


def names(facts: Iterable[Fact | Skipped], lookup: Lookup) -> Names:
    """The names in all facts together."""
    known = tuple(facts)
    images = [each for each in known if isinstance(each, Image)]
    containers = [each for fact in known if isinstance(fact, Workload) for each in fact.containers]
    published: dict[str, Built] = {}
    contexts: dict[str, str] = {}
    for each in containers:
        if not each.dockerfile:
            continue
        contexts.setdefault(each.dockerfile, each.build)
        if name := image_name(each.image):
            published.setdefault(name, Built(each.build, each.dockerfile, each.target))
    folders: dict[str, set[Built]] = {}
    for image in images:
        if not _ASIDE.isdisjoint(image.context.split("/")):
            continue
        folder = contexts.get(image.dockerfile)
        built = Built(context_of(image, lookup) if folder is None else folder, image.dockerfile)
        base = repository(image.base).rpartition("/")[2]
        for name in {own_name(image), image.context.rpartition("/")[2].lower()} - {"", base}:
            folders.setdefault(name, set()).add(built)
    only = {} if contexts else _only(images, containers, lookup)
    return Names(published, {name: frozenset(each) for name, each in folders.items()}, only)


def _only(images: Iterable[Image], containers: Iterable[Container], lookup: Lookup) -> Mapping[str, Built]:
    builds = {Built(context_of(each, lookup), each.dockerfile) for each in images}
    names_of_images = {image_name(each.image) for each in containers}
    foreign = {name for name in names_of_images if "/" in name and not _is_somebody_elses(name)}
    return {foreign.pop(): builds.pop()} if len(builds) == len(foreign) == 1 else {}


def _is_somebody_elses(name: str) -> bool:
    """Whether an image is one of the servers that everybody runs."""
    known = recognise_image(name), recognise_server(name), container_of(name)
    return any(each is not None for each in known)


def context_of(image: Image, lookup: Lookup) -> str:
    """The folder that an image is most likely built from: where what it copies is."""
    folders = dict.fromkeys((image.context, image.context.rpartition("/")[0], ""))
    sources = [source for source, _ in image.copies if "*" not in source]
    return next(
        (folder for folder in folders if any(lookup(under(folder, source)) for source in sources)),
        image.context,
    )


def under(folder: str, path: str) -> str:
    """A path of a folder as a path of the project."""
    return f"{folder}/{path}" if folder else path


def image_name(image: Value) -> str:
    """The repository of an image, also where its tag is not known; empty where it is not known itself."""
    whole = likely(image)
    if whole is None and isinstance(image, Text):
        pieces = [part if isinstance(part, str) else likely(part) for part in image.parts]
        start = "".join(piece for piece in pieces[: pieces.index(None)] if piece)
        whole = start if start.endswith((":", "@")) else None
    return "" if whole is None else repository(whole.rstrip(":@"))


def own_name(image: Image) -> str:
    """`worker` of Dockerfile.worker or worker.Dockerfile; empty for a plain Dockerfile."""
    file = image.dockerfile.rpartition("/")[2].lower()
    return "-".join(part for part in file.replace("-", ".").split(".") if part not in _FILE_NAMES)


def _endings(name: str) -> Iterable[str]:
    """`api` of `shop-api`: from the longest to the shortest."""
    return (name[at + 1 :] for at, letter in enumerate(name) if letter in _SEPARATORS and name[at + 1 :])
