"""A service as it is after merging: layers from `extends` and from several files."""

from collections.abc import Iterator

from poollint.frozen import frozen
from poollint.manifests.compose.projects import File, Project, opened
from poollint.manifests.nodes import Mapping, Node, Scalar, get, items, text
from poollint.source import Skipped, SourceFile, Span

DEEPEST = 10
"""Services that extend each other."""
_RESET = "!reset"


@frozen
class Layer:
    """What one file says about a service; paths in it start from `folder`."""

    node: Node
    folder: str


@frozen
class Service:
    """A service with its layers, the lowest first."""

    name: str
    at: Span
    layers: tuple[Layer, ...]

    def get(self, *path: str) -> Node | None:
        """What the uppermost layer that has it says."""
        found = self.held(*path)
        return None if found is None else get(found.node, *path)

    def held(self, *path: str) -> Layer | None:
        """The uppermost layer that has a value at a path; none where it is reset."""
        for layer in reversed(self.layers):
            found = get(layer.node, *path)
            if isinstance(found, Scalar) and found.tag == _RESET:
                return None
            if found is not None:
                return layer
        return None

    def all(self, key: str) -> Iterator[tuple[Node, Layer]]:
        """What each layer says, the lowest first: for what is merged and not replaced."""
        for layer in self.layers:
            found = get(layer.node, key)
            if found is not None:
                yield found, layer

    def profiles(self) -> tuple[str, ...]:
        """The profiles that start it; without any it always starts."""
        names = (text(each) for node, _ in self.all("profiles") for each in items(node))
        return tuple(name for name in names if name)


def services(project: Project) -> Iterator[Service | Skipped]:
    """The services of a project in order."""
    for name in project.names():
        layers: list[Layer] = []
        at: Span | None = None
        for file in project.files:
            node = file.service(name)
            if not isinstance(node, Mapping):
                continue
            for each in _layers(node, file, project, (name,)):
                if isinstance(each, Skipped):
                    yield each
                else:
                    layers.append(each)
            entry = _named(file, name)
            at = entry if at is None else at
        if at is not None:
            yield Service(name, at, tuple(layers))


def _named(file: File, name: str) -> Span | None:
    found = get(file.root, "services")
    return found.index[name].at if isinstance(found, Mapping) and name in found.index else None


def _layers(node: Mapping, file: File, project: Project, seen: tuple[str, ...]) -> Iterator[Layer | Skipped]:
    extends = get(node, "extends")
    if extends is not None:
        yield from _extended(extends, file, project, seen)
    yield Layer(node, file.folder)


def _extended(
    extends: Node, file: File, project: Project, seen: tuple[str, ...]
) -> Iterator[Layer | Skipped]:
    name = text(extends) if isinstance(extends, Scalar) else text(get(extends, "service"))
    path = None if isinstance(extends, Scalar) else project.interpolation.string(get(extends, "file"))
    key = f"{path or file.path}#{name}"
    if name is None or key in seen or len(seen) > DEEPEST:
        yield Skipped(extends.at, "extends nothing that can be followed")
        return
    target = file if path is None else _file(path, file, project)
    found = None if target is None else target.service(name)
    if target is None or not isinstance(found, Mapping):
        yield Skipped(extends.at, f"the service {name} that it extends is not in the repository")
        return
    yield from _layers(found, target, project, (*seen, key))


def _file(path: str, file: File, project: Project) -> File | None:
    source: SourceFile | None = project.lookup(joined(file.folder, path))
    if source is None:
        return None
    return next((each for each in opened(source) if isinstance(each, File)), None)


def joined(folder: str, path: str) -> str:
    """A path of a compose file as a path of the project; `..` beyond the root ends there."""
    parts: list[str] = []
    for part in f"{folder}/{path}".split("/"):
        if part == "..":
            del parts[-1:]
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)
