"""`poollint inspect --output-format json`: a public format; its schema is `schemas/inspect.json`."""

from collections.abc import Iterable, Iterator, Sequence

from poollint.facts import Argument, Container, Database, Engine, Pool, Pooler, Release, Route, Url, Workload
from poollint.inspecting.merging import union
from poollint.inspecting.values import scalar, value_json
from poollint.manifests.masking import masked
from poollint.source import Span
from poollint.topology import Client, Topology
from poollint.values import Default, FromEnv, Known, OneOf, Text, Unknown, Value


def as_json(topologies: Sequence[Topology]) -> dict[str, object]:
    """All that was understood, over all environments; what is the same in several appears once."""
    every = union(topologies)
    return {
        "schema": "poollint-inspect/1",
        "environments": [each.environment for each in topologies],
        "engines": [_engine(each) for each in every.engines],
        "workloads": [_workload(each) for each in every.workloads],
        "poolers": [
            {
                **_pooler(each),
                "environments": _environments(each, [(t.environment, t.poolers) for t in topologies]),
            }
            for each in every.poolers
        ],
        "databases": [
            {
                **_database(each),
                "environments": _environments(each, [(t.environment, t.databases) for t in topologies]),
            }
            for each in every.databases
        ],
        "clients": [
            {**_client(client), **({"environment": topology.environment} if topology.environment else {})}
            for topology in topologies
            for client in topology.clients
        ],
        "unresolved": [
            {**_at(each.at), "what": each.what, "why": each.why, "settle": each.settle}
            for each in every.unresolved
        ],
        "skipped": [{"path": each.at.path, "why": each.why} for each in every.skipped],
    }


def _environments(
    server: Pooler | Database, seen: Iterable[tuple[str, Sequence[Pooler | Database]]]
) -> list[str]:
    """The environments in which a server is seen."""
    return [
        name for name, servers in seen if any((it.at, it.name) == (server.at, server.name) for it in servers)
    ]


def _at(at: Span) -> dict[str, object]:
    return {"path": at.path, "line": at.line}


def _engine(engine: Engine) -> dict[str, object]:
    return {
        **_at(engine.at),
        "column": engine.at.column,
        "name": engine.name,
        "callee": engine.callee,
        "async": engine.is_async,
        "role": str(engine.role),
        "url": _url(engine.url),
        "pool": _pool(engine.pool),
        "arguments": _arguments(engine.arguments),
        "connect_args": _arguments(engine.connect_args),
        "exclusive": engine.exclusive,
    }


def _pool(pool: Pool) -> dict[str, object]:
    return {
        "class": value_json(pool.cls),
        "pool_size": value_json(pool.size),
        "max_overflow": value_json(pool.overflow),
        "pool_timeout": value_json(pool.timeout),
        "pool_recycle": value_json(pool.recycle),
        "pool_pre_ping": value_json(pool.pre_ping),
    }


def _arguments(arguments: Iterable[Argument]) -> dict[str, object]:
    return {each.name: value_json(masked(each.name, each.value)) for each in arguments}


def _url(url: Url) -> dict[str, object]:
    return {
        "kind": _kind(url.value),
        "driver": _plain(url.driver),
        "drivers": list(dict.fromkeys(_drivers(url.driver))),
        "host": _plain(url.host),
        "port": _plain(url.port),
        "database": _plain(url.database),
        "query": {each.name: _plain(masked(each.name, each.value)) for each in url.query},
        "variables": list(url.variables),
    }


def _drivers(value: Value) -> Iterator[str]:
    """The names that a driver can have, as far as they are known; those of variables' defaults too."""
    match value:
        case Known(value=str() as name):
            yield name
        case FromEnv(default=default) if default is not None:
            yield from _drivers(default)
        case OneOf():
            for each in value.values:
                yield from _drivers(each)
        case _:
            return


def _kind(value: Value) -> str:
    return str(value_json(value)["kind"])


def _plain(value: Value) -> str | float | bool | None:
    """The constant, also of a variable's default; null for everything else."""
    match value:
        case Known():
            return scalar(value.value)
        case FromEnv(default=Known() as default):
            return scalar(default.value)
        case _:
            return None


def _workload(workload: Workload) -> dict[str, object]:
    pods = workload.pods
    return {
        **_at(workload.at),
        "platform": workload.platform,
        "kind": workload.kind,
        "name": workload.name,
        "namespace": workload.namespace,
        "pods": {
            "minimum": value_json(pods.minimum),
            "maximum": value_json(pods.maximum),
            "surge": value_json(pods.surge),
        },
        "concurrency": _optional(workload.concurrency),
        "containers": [entry for each in workload.containers for entry in _container(each)],
    }


def _container(container: Container) -> Iterable[dict[str, object]]:
    """One entry a program; a container of which no program is known gives one without."""
    shared: dict[str, object] = {
        "name": container.name,
        "image": _image(container.image),
        "environment": {
            each.name: value_json(masked(each.name, each.value)) for each in container.environment
        },
    }
    for program in container.programs:
        yield {
            **shared,
            "program": program.name,
            "role": program.role,
            "processes": value_json(program.processes),
            "threads": value_json(program.at_once),
        }
    if not container.programs:
        nothing = value_json(Unknown("the program is not known", container.at))
        yield {**shared, "program": None, "role": None, "processes": nothing, "threads": nothing}


def _image(image: Value) -> str | None:
    match image:
        case Known(value=str() as name):
            return name
        case Text():
            return "".join(part if isinstance(part, str) else "${}" for part in image.parts)
        case OneOf():
            return _image(image.values[0])
        case _:
            return None


def _pooler(pooler: Pooler) -> dict[str, object]:
    return {
        **_at(pooler.at),
        "product": pooler.product,
        "version": value_json(_release(pooler.version, pooler.at)),
        "name": pooler.name,
        "mode": value_json(pooler.mode),
        "instances": value_json(pooler.instances),
        "settings": _arguments(pooler.settings),
        "hosts": list(pooler.hosts),
        "port": _optional(pooler.port),
        "routes": [_route(each) for each in pooler.routes],
    }


def _route(route: Route) -> dict[str, object]:
    return {
        **_at(route.at),
        "name": route.name,
        "host": value_json(route.host),
        "port": value_json(route.port),
        "database": value_json(route.database),
    }


def _optional(value: Value | None) -> dict[str, object] | None:
    return None if value is None else value_json(value)


def _release(release: Release, at: Span) -> Value:
    if not release:
        return Unknown("the version stands nowhere", at)
    return Known(str(release), release.origin or Default("the image"))


def _database(database: Database) -> dict[str, object]:
    return {
        **_at(database.at),
        "name": database.name,
        "provider": database.provider,
        "max_connections": value_json(database.max_connections),
        "reserved": value_json(database.reserved),
        "family": database.family,
        "hosts": list(database.hosts),
        "port": _optional(database.port),
        "declared": database.declared,
        "share": _optional(database.share),
        "other_clients": {each.name: value_json(each.value) for each in database.others},
    }


def _client(client: Client) -> dict[str, object]:
    """A link; `in_force` is what its engine is worth in its container, `places` says which ones are meant."""
    engine, database = client.engine, client.database
    return {
        "engine": engine.name,
        "workload": client.workload.label,
        "poolers": [each.name for each in client.poolers],
        "database": None if database is None else database.name,
        "evidence": [f"{each.kind}: {each.says}" for each in client.evidence],
        "confidence": str(client.confidence),
        "container": client.container.name,
        "program": client.program.name,
        "role": client.program.role,
        "before": client.program.before or client.container.init,
        "in_force": {
            "host": value_json(engine.url.host),
            "port": value_json(engine.url.port),
            "database": value_json(engine.url.database),
            "pool": _pool(engine.pool),
            "processes": value_json(client.program.processes),
            "threads": value_json(client.program.at_once),
        },
        "places": {
            "engine": str(engine.at),
            "workload": str(client.workload.at),
            "poolers": [str(each.at) for each in client.poolers],
            "database": None if database is None else str(database.at),
        },
    }
