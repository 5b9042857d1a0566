"""Facts -> topologies: which engine runs in which workload, and the way to its database.

Links are evidence, not guesses. In order of strength: the configuration says so; the workload's command
starts a module from which imports lead to the engine; the image is built from the folder that the
engine lies in; the workload sets the variable that the engine's URL is read from. Where two are
equally good there is no link, and an entry under unresolved says what would settle it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TypeVar

from poollint.config.loading import ConfigError
from poollint.facts import Address, Database, Engine, Environment, Fact, Image, Pooler, Workload
from poollint.frozen import frozen
from poollint.linking.declared import Declared, DeclaredEnvironment, DeclaredLink
from poollint.linking.evidence import engines_of
from poollint.linking.starts import Sources, Start
from poollint.linking.ways import Servers, Way, way_to_database
from poollint.reading import Code
from poollint.topology import Client, Evidence, Topology, Unresolved
from poollint.values import Value

T = TypeVar("T")

IMAGE_ALONE = "image"
"""The platform of an image that no manifest runs: its environment is open, and nothing deploys it."""

__all__ = ["Declared", "DeclaredEnvironment", "DeclaredLink", "link"]


@frozen
class _Scene:
    """The manifests of one environment."""

    name: str
    workloads: tuple[Workload, ...]
    servers: Servers
    variables: tuple[tuple[str, Value], ...]


def link(facts: Iterable[Fact], code: Code, declared: Declared) -> tuple[Topology, ...]:
    """One topology an environment, at least one; the engines and handlers are in each.

    Raises ConfigError when the configuration asks for an environment that there is not.
    """
    known = tuple(facts)
    sources = Sources(code, declared, tuple(sorted(_build_folders(known))))
    scenes = _chosen(tuple(_scenes(known, declared)), declared.environment)
    topologies = tuple(_link_scene(scene, sources) for scene in scenes)
    linked = frozenset(client.engine.at for topology in topologies for client in topology.clients)
    return tuple(replace(topology, linked=linked) for topology in topologies) or (
        Topology(engines=code.engines, handlers=code.handlers, databases=declared.databases),
    )


def _build_folders(facts: Iterable[Fact]) -> set[str]:
    folders = set()
    for fact in facts:
        if isinstance(fact, Image):
            folders.add(fact.context)
        elif isinstance(fact, Workload):
            folders.update(container.build for container in fact.containers)
    return folders


def _scenes(facts: tuple[Fact, ...], declared: Declared) -> Iterator[_Scene]:
    if declared.environments:
        for environment in declared.environments:
            mine = tuple(fact for fact in facts if _is_below(fact.at.path, environment.manifests))
            variables = tuple((each.name, each.value) for each in environment.variables)
            yield _scene(environment.name, mine, declared, variables)
        return
    scopes = dict.fromkeys(fact.scope for fact in facts if isinstance(fact, Workload | Pooler | Database))
    for scope in scopes:
        if scope or len(scopes) == 1:
            yield _scene(scope, tuple(_seen_from(scope, facts)), declared, ())


def _chosen(scenes: tuple[_Scene, ...], name: str | None) -> Iterator[_Scene]:
    """The scenes of the environment that is asked for; all of them where none is."""
    names = [each for each in dict.fromkeys(scene.name for scene in scenes) if each]
    if name is not None and name not in names:
        there_are = f"; there are {', '.join(names)}" if names else ""
        raise ConfigError(f"there is no environment {name}{there_are}")
    return (scene for scene in scenes if name in (None, scene.name))


def _seen_from(scope: str, facts: tuple[Fact, ...]) -> Iterator[Fact]:
    """The facts of a scope, and the servers of the scopes around it: what `k8s` has, `k8s/prod` uses."""
    for fact in facts:
        if not isinstance(fact, Workload | Pooler | Database | Address):
            continue
        around = not isinstance(fact, Workload) and scope.startswith(f"{fact.scope}/")
        if around or fact.scope in (scope, ""):
            yield fact


def _is_below(path: str, folders: tuple[str, ...]) -> bool:
    return not folders or any(path == folder or path.startswith(f"{folder}/") for folder in folders)


def _scene(
    name: str, facts: tuple[Fact, ...], declared: Declared, variables: tuple[tuple[str, Value], ...]
) -> _Scene:
    servers = Servers(
        poolers=tuple(fact for fact in facts if isinstance(fact, Pooler)),
        databases=tuple(fact for fact in facts if isinstance(fact, Database)),
        addresses=tuple(fact for fact in facts if isinstance(fact, Address)),
        declared=declared.databases,
    )
    return _Scene(name, tuple(fact for fact in facts if isinstance(fact, Workload)), servers, variables)


def _link_scene(scene: _Scene, sources: Sources) -> Topology:
    clients: list[Client] = []
    unresolved: list[Unresolved] = []
    hosted: dict[str, Pooler | Database] = {}
    for start in _starts(scene.workloads):
        found = engines_of(start, sources)
        if isinstance(found, Unresolved):
            unresolved.append(found)
            continue
        for engine, evidence in found:
            environment = _environment(scene, start)
            if sources.code.is_replaced(engine, environment):
                continue
            real = _with_variables(sources.code.in_environment(engine, environment), engine)
            way = way_to_database(real, start.workload, scene.servers, start.container)
            if isinstance(way, Unresolved):
                if start.workload.platform != IMAGE_ALONE:
                    unresolved.append(way)
                way = Way((), None, ())
            way = _unified(way, scene.servers, hosted)
            clients.append(_client(real, start, way, evidence, sources.declared))
    code, declared = sources.code, sources.declared
    return Topology(
        environment=scene.name,
        engines=code.engines,
        handlers=code.handlers,
        workloads=scene.workloads,
        poolers=_all(scene.servers.poolers, (pooler for client in clients for pooler in client.poolers)),
        databases=_all(
            (*scene.servers.databases, *declared.databases),
            (client.database for client in clients if client.database is not None),
        ),
        clients=tuple(clients),
        unresolved=tuple(dict.fromkeys(unresolved)),
    )


def _unified(way: Way, servers: Servers, hosted: dict[str, Pooler | Database]) -> Way:
    """The way with hosted servers of one name as one server, wherever that name is written."""
    database = way.database
    if database is not None and database not in (*servers.databases, *servers.declared):
        first = hosted.setdefault(database.name, database)
        database = first if isinstance(first, Database) else database
    poolers = []
    for pooler in way.poolers:
        first = pooler if pooler in servers.poolers else hosted.setdefault(pooler.name, pooler)
        poolers.append(first if isinstance(first, Pooler) else pooler)
    return replace(way, poolers=tuple(poolers), database=database)


def _with_variables(real: Engine, engine: Engine) -> Engine:
    """An engine in an environment, with the variables of its URL, also those that are set there."""
    variables = tuple(dict.fromkeys((*engine.url.variables, *real.url.variables)))
    return replace(real, url=replace(real.url, variables=variables))


def _starts(workloads: Iterable[Workload]) -> Iterator[Start]:
    for workload in workloads:
        for container in workload.containers:
            for program in container.programs:
                yield Start(workload, container, program)


def _environment(scene: _Scene, start: Start) -> Environment:
    return {**dict(scene.variables), **start.container.variables()}


def _client(engine: Engine, start: Start, way: Way, evidence: Evidence, declared: Declared) -> Client:
    link = declared.link_of(start.workload.label, start.workload.name)
    program, database = start.program, way.database
    if link is not None and link.processes is not None:
        program = replace(program, processes=link.processes)
    if link is not None and link.database:
        database = next((each for each in declared.databases if each.name == link.database), database)
    return Client(
        engine=engine,
        workload=start.workload,
        container=start.container,
        program=program,
        poolers=way.poolers,
        database=database,
        evidence=(evidence, *way.evidence),
    )


def _all(first: tuple[T, ...], second: Iterable[T]) -> tuple[T, ...]:
    return tuple(dict.fromkeys((*first, *second)))
