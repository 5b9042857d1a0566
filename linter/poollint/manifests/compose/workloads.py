"""A service of a compose project as facts."""

import shlex
from collections.abc import Collection, Iterator

from poollint.catalogue.poolers import recognise_image
from poollint.catalogue.servers import recognise_server
from poollint.facts import Address, Command, Container, Fact, Pods, Workload
from poollint.manifests.compose.environment import arguments, environment
from poollint.manifests.compose.projects import Project
from poollint.manifests.compose.services import Service, joined
from poollint.manifests.defaults import default
from poollint.manifests.nodes import Node, Scalar, Sequence, entries, get, items, text
from poollint.manifests.shell.expansion import likely
from poollint.manifests.shell.numbers import number
from poollint.source import Skipped
from poollint.values import Known, Unknown, Value

LABEL = "compose.service"
_COMPOSE = "Compose"
_DOCKERFILE = "Dockerfile"
_COMPLETED = "service_completed_successfully"
_JOBS = ("replicated-job", "global-job")


def facts(
    service: Service, together: tuple[Service, ...], shared: tuple[str, ...], project: Project
) -> Iterator[Fact | Skipped]:
    """The workload of a service and the names that lead to it, in each scope that starts it.

    A service with profiles starts in theirs only, others in the `shared` scopes.
    """
    container, skipped = _container(service, project)
    yield from skipped
    label = (LABEL, service.name)
    one_shot = _is_one_shot(service, together)
    own = tuple(f"{project.scope}#{name}" for name in service.profiles())
    for scope in own or shared:
        yield Workload(
            service.at,
            "compose",
            "service",
            service.name,
            _pods(service, project),
            (container,),
            scope=scope,
            labels=(label,),
            one_shot=one_shot,
        )
        yield Address(service.at, _hosts(service, project), (label,), scope)


def scopes(together: tuple[Service, ...], project: Project) -> tuple[str, ...]:
    """The scopes that services without a profile are in: the project's, and those of profiles that matter."""
    images = {project.interpolation.string(each.get("image")) for each in together if not each.profiles()}
    found = {
        name
        for each in together
        if each.profiles() and _matters(each, images, project)
        for name in each.profiles()
    }
    return (project.scope, *(f"{project.scope}#{name}" for name in sorted(found)))


def _matters(service: Service, images: Collection[str | None], project: Project) -> bool:
    """Whether a service may open or serve connections: it is built here or beside, or is a server."""
    if service.get("build") is not None:
        return True
    name = project.interpolation.string(service.get("image"))
    if name is None or name in images:
        return True
    return recognise_image(name) is not None or recognise_server(name) is not None


def _hosts(service: Service, project: Project) -> tuple[str, ...]:
    names = [service.name]
    container_name = project.interpolation.string(service.get("container_name"))
    names += [container_name] if container_name else []
    hostname = project.interpolation.string(service.get("hostname"))
    names += [hostname] if hostname else []
    for networks, _ in service.all("networks"):
        for network in entries(networks):
            aliases = items(get(network.node, "aliases"))
            names += [alias for each in aliases if (alias := project.interpolation.string(each))]
    return tuple(dict.fromkeys(names))


def _pods(service: Service, project: Project) -> Pods:
    mode = text(service.get("deploy", "mode"))
    if mode is not None and mode.startswith("global"):
        count: Value = Unknown("one for each node", service.at)
        return Pods(count, count, default("compose-surge", _COMPOSE))
    given = service.get("deploy", "replicas") or service.get("scale")
    value = project.interpolation.of(given)
    count = default("compose-replicas", _COMPOSE) if value is None else number(value)
    return Pods(count, count, _surge(service, project, count))


def _surge(service: Service, project: Project, count: Value) -> Value:
    """With `start-first` the new container of each of `parallelism` starts beside the old one; 0 is all."""
    if text(service.get("deploy", "update_config", "order")) != "start-first":
        return default("compose-surge", _COMPOSE)
    given = project.interpolation.of(service.get("deploy", "update_config", "parallelism"))
    together = default("compose-update-parallelism", _COMPOSE) if given is None else number(given)
    return count if isinstance(together, Known) and together.value == 0 else together


def _is_one_shot(service: Service, together: tuple[Service, ...]) -> bool:
    """A job, or what another service waits for until it has ended."""
    return text(service.get("deploy", "mode")) in _JOBS or any(
        text(get(dependency, service.name, "condition")) == _COMPLETED
        for other in together
        for dependency, _ in other.all("depends_on")
    )


def _container(service: Service, project: Project) -> tuple[Container, tuple[Skipped, ...]]:
    interpolation = project.interpolation
    entrypoint = _command(service, "entrypoint", project)
    command = _command(service, "command", project)
    variables, is_open = environment(service, project)
    build, dockerfile, target = _build(service, project)
    image = interpolation.of(service.get("image"))
    container = Container(
        service.at,
        service.name,
        image or Unknown("built from the repository", service.at),
        entrypoint if isinstance(entrypoint, Command) else None,
        command if isinstance(command, Command) else None,
        environment=variables,
        open_environment=is_open,
        build=build,
        target=target,
        dockerfile=dockerfile,
        directory=interpolation.string(service.get("working_dir")) or "",
        mounts=tuple(_mounts(service, project)),
        arguments=arguments(service, project),
    )
    return container, tuple(each for each in (entrypoint, command) if isinstance(each, Skipped))


def _command(service: Service, key: str, project: Project) -> Command | Skipped | None:
    node = service.get(key)
    interpolation = project.interpolation
    if isinstance(node, Sequence):
        scalars = [each for each in node.items if isinstance(each, Scalar)]
        words = tuple(interpolation.line(each.text, each.at) for each in scalars)
        one_line = node.at.line == node.at.end_line
        places = () if one_line else tuple(each.at for each in scalars)
        return Command(words, shell=False, at=node.at, places=places)
    if not isinstance(node, Scalar) or text(node) is None:
        return None
    try:
        words_of_line = shlex.split(interpolation.line(node.text, node.at))
    except ValueError as error:
        return Skipped(node.at, f"{key}: {error}")
    return Command(tuple(words_of_line), shell=False, at=node.at)


def _build(service: Service, project: Project) -> tuple[str, str, str]:
    """Folder, Dockerfile and target; all empty without a build."""
    layer = service.held("build")
    build: Node | None = service.get("build")
    if layer is None or build is None:
        return "", "", ""
    if isinstance(build, Scalar):
        folder = joined(layer.folder, project.interpolation.string(build) or ".")
        return folder, joined(folder, _DOCKERFILE), ""
    if get(build, "dockerfile_inline") is not None:
        return "", "", ""
    context_layer = service.held("build", "context") or layer
    context = project.interpolation.string(service.get("build", "context")) or "."
    if "://" in context:
        return "", "", ""
    folder = joined(context_layer.folder, context)
    dockerfile = project.interpolation.string(service.get("build", "dockerfile")) or _DOCKERFILE
    target = project.interpolation.of(service.get("build", "target"))
    return folder, joined(folder, dockerfile), "" if target is None else likely(target) or ""


def _mounts(service: Service, project: Project) -> Iterator[tuple[str, str]]:
    for volumes, layer in service.all("volumes"):
        for volume in items(volumes):
            if isinstance(volume, Scalar):
                source, _, rest = (project.interpolation.string(volume) or "").partition(":")
                target = rest.partition(":")[0]
            else:
                source = project.interpolation.string(get(volume, "source")) or ""
                target = project.interpolation.string(get(volume, "target")) or ""
            if source.startswith(".") and target.startswith("/"):
                yield joined(layer.folder, source), target
