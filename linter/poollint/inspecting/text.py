"""`poollint inspect`: what was understood, with the origin of every number."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from poollint.facts import Container, Database, Engine, Pooler, Workload
from poollint.inspecting.merging import union
from poollint.inspecting.values import value_text
from poollint.manifests.masking import masked
from poollint.source import Span
from poollint.topology import Client, Topology, Unresolved
from poollint.values import Known, Value, origin_of

_Show = Callable[[str], str]


def as_text(topologies: Sequence[Topology], show: _Show) -> str:
    """All that was understood, over all environments. `show` writes a path as people would."""
    every = union(topologies)
    servers = {
        **{each.at: f"the {each.product} '{each.name}'" for each in every.poolers},
        **{each.at: f"the database '{each.name}'" for each in every.databases},
    }
    sections = (
        ("Engines", [line for each in every.engines for line in _engine(each, show)]),
        ("Workloads", [line for each in every.workloads for line in _workload(each, servers, show)]),
        ("Poolers", [line for each in every.poolers for line in _pooler(each, show)]),
        ("Databases", [line for each in every.databases for line in _database(each, show)]),
        ("Links", [line for each in topologies for line in _links(each, show)]),
        ("Unresolved", [line for each in every.unresolved for line in _unresolved(each, show)]),
        ("Skipped", [f"  {_place(each.at, show)}  {each.why}" for each in every.skipped]),
    )
    found = ["\n".join([title, *lines]) for title, lines in sections if lines]
    return "\n\n".join(found) + "\n" if found else "Nothing was found: no engine and no manifest.\n"


def _place(at: Span, show: _Show) -> str:
    return f"{show(at.path)}:{at.line}"


def _row(title: str, value: Value, show: _Show, unit: str = "") -> str:
    origin = origin_of(value)
    where = _place(origin, show) if isinstance(origin, Span) and origin.path else str(origin)
    shown = f"{value_text(value)}{unit}"
    return f"    {title:<16} {shown}  ({where})" if where.strip(":0") else f"    {title:<16} {shown}"


def _engine(engine: Engine, show: _Show) -> Iterator[str]:
    kind = "async" if engine.is_async else "sync"
    yield f"  {engine.name}  {_place(engine.at, show)}  {kind}, {engine.role}"
    yield _row("url", engine.url.value, show)
    pool = engine.pool
    yield _row("pool", pool.cls, show)
    for title, value in (
        ("pool_size", pool.size),
        ("max_overflow", pool.overflow),
        ("pool_timeout", pool.timeout),
        ("pool_recycle", pool.recycle),
        ("pool_pre_ping", pool.pre_ping),
    ):
        yield _row(title, value, show)
    for each in engine.connect_args:
        yield _row(each.name, masked(each.name, each.value), show)


def _workload(workload: Workload, servers: Mapping[Span, str], show: _Show) -> Iterator[str]:
    yield f"  {workload.label}  {_place(workload.at, show)}  {workload.platform}"
    pods = workload.pods
    if pods.minimum != pods.maximum:
        yield _row("pods, least", pods.minimum, show)
    yield _row("pods", pods.maximum, show)
    if pods.surge != Known(0, workload.at):
        yield _row("during rollout +", pods.surge, show)
    for container in workload.containers:
        yield from _container(container, servers.get(container.at), show)


def _container(container: Container, server: str | None, show: _Show) -> Iterator[str]:
    for program in container.programs:
        unit = " process" if program.processes == Known(1, program.at) else " processes"
        yield _row(f"{container.name}: {program.name}", program.processes, show, unit)
    if not container.programs:
        yield f"    {container.name}: {server or 'program not known'}"


def _pooler(pooler: Pooler, show: _Show) -> Iterator[str]:
    version = f" {pooler.version}" if pooler.version else ""
    yield f"  {pooler.name}  {_place(pooler.at, show)}  {pooler.product}{version}"
    yield _row("mode", pooler.mode, show)
    yield _row("instances", pooler.instances, show)
    for each in pooler.settings:
        yield _row(each.name, masked(each.name, each.value), show)


def _database(database: Database, show: _Show) -> Iterator[str]:
    yield f"  {database.name}  {_place(database.at, show)}  {database.provider}"
    yield _row("max_connections", database.max_connections, show)
    yield _row("reserved", database.reserved, show)


def _links(topology: Topology, show: _Show) -> Iterator[str]:
    for client in topology.clients:
        environment = f"  [{topology.environment}]" if topology.environment else ""
        yield f"  {client.engine.name} in {client.workload.label} -> {_way(client)}{environment}"
        for each in client.evidence:
            places = ", ".join(_place(at, show) for at in each.at)
            yield f"    {each.kind}: {each.says}{f'  ({places})' if places else ''}"


def _way(client: Client) -> str:
    end = client.database.name if client.database is not None else "a database that no file describes"
    return " -> ".join([*(each.name for each in client.poolers), end])


def _unresolved(each: Unresolved, show: _Show) -> Iterator[str]:
    yield f"  {_place(each.at, show)}  {each.what}: {each.why}"
    if each.settle:
        yield f"    {each.settle}"
