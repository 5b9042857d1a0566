"""The variables of a service: `env_file` below `environment`."""

from collections.abc import Iterator

from poollint.facts import Variable
from poollint.manifests import envfile
from poollint.manifests.compose.projects import Project
from poollint.manifests.compose.services import Layer, Service, joined
from poollint.manifests.masking import masked
from poollint.manifests.nodes import Mapping, Node, Scalar, entries, get, items
from poollint.manifests.nodes import text as plain
from poollint.source import Span
from poollint.values import FromEnv, Known, Value


def environment(service: Service, project: Project) -> tuple[tuple[Variable, ...], bool]:
    """The variables in order, and whether there may be more: a file of them is not in the repository."""
    found: list[Variable] = []
    is_open = False
    for node, layer in service.all("env_file"):
        for entry in items(node) or (node,):
            variables = _file(entry, layer, project)
            is_open = is_open or variables is None
            found.extend(variables or ())
    for node, _ in service.all("environment"):
        found.extend(_given(node, project))
    return tuple(Variable(each.name, masked(each.name, each.value), each.at) for each in found), is_open


def arguments(service: Service, project: Project) -> tuple[Variable, ...]:
    """What the build is given for `ARG`."""
    found: list[Variable] = []
    for node, _ in service.all("build"):
        given = get(node, "args")
        found.extend(_given(given, project) if given is not None else ())
    return tuple(Variable(each.name, masked(each.name, each.value), each.at) for each in found)


def _file(entry: Node, layer: Layer, project: Project) -> list[Variable] | None:
    node = entry if isinstance(entry, Scalar) else get(entry, "path")
    path = project.interpolation.string(node)
    file = None if path is None else project.lookup(joined(layer.folder, path))
    if file is None:
        return None
    return [
        Variable(each.name, project.interpolation.value(str(each.value.value), each.at), each.at)
        for each in envfile.variables(file)
        if isinstance(each.value, Known)
    ]


def _given(node: Node, project: Project) -> Iterator[Variable]:
    if isinstance(node, Mapping):
        for entry in entries(node):
            value = None if plain(entry.node) is None else project.interpolation.of(entry.node)
            at = entry.node.at if value is not None else entry.at
            yield Variable(entry.key, value or _from_host(entry.key, entry.at, project), at)
        return
    for item in items(node):
        if isinstance(item, Scalar):
            name, sign, _ = item.text.partition("=")
            value = project.interpolation.value(item.text[len(name) + 1 :], item.at) if sign else None
            yield Variable(name.strip(), value or _from_host(name.strip(), item.at, project), item.at)


def _from_host(name: str, at: Span, project: Project) -> Value:
    """A variable without a value is passed on from where compose is started."""
    return project.variables.get(name) or FromEnv((name,), None, "", at)
