"""From the URL of an engine to its database: through Services, poolers and managed hosts."""

from collections.abc import Iterator
from dataclasses import replace

from poollint.catalogue.hosts import ManagedHost, recognise_host
from poollint.catalogue.limits import connection_limit, reserved
from poollint.facts import UNKNOWN_RELEASE, Address, Argument, Container, Database, Engine, Pooler, Workload
from poollint.frozen import frozen
from poollint.source import Span
from poollint.topology import Evidence, Unresolved
from poollint.values import (
    Alternative,
    Confidence,
    Documented,
    FromEnv,
    Known,
    OneOf,
    Origin,
    Text,
    Unknown,
    Value,
    one_of,
    possible,
)

LOCAL = frozenset({"localhost", "127.0.0.1", "::1", ""})
HOPS_AT_MOST = 4


@frozen
class Servers:
    """The servers of one environment, by which a host name is understood."""

    poolers: tuple[Pooler, ...]
    databases: tuple[Database, ...]
    addresses: tuple[Address, ...]
    declared: tuple[Database, ...]


@frozen
class _Target:
    """What a connection is asked for."""

    host: Value
    port: Value
    database: Value


@frozen
class Way:
    """The poolers on the way, in order, and the database at its end (None: not described)."""

    poolers: tuple[Pooler, ...]
    database: Database | None
    evidence: tuple[Evidence, ...]


def way_to_database(
    engine: Engine, workload: Workload, servers: Servers, container: Container | None = None
) -> Way | Unresolved:
    """Follow the URL of an engine as it is in a container of a workload.

    A database that the configuration gives for the URL's variable is the end of the way, whatever the
    poolers before it. A host that is not known, or that two servers share, gives Unresolved. The default of a
    variable that nothing sets is followed, with less confidence, if it leads to a server.
    """
    declared = _declared_for(engine, servers)
    host = _one_variable(engine.url.host)
    target = _Target(host, engine.url.port, engine.url.database)
    if not isinstance(host, Known) or not isinstance(host.value, str):
        if declared is not None:
            return Way((), declared, (_by_configuration(engine, declared),))
        supposed = None if container is None else _by_default(target, workload, servers, container)
        return supposed or Unresolved(
            engine.url.at,
            f"the database of {engine.name} in {workload.label}",
            _why_no_host(host),
            _settling_line(engine),
        )
    way = _follow(target, workload, servers, HOPS_AT_MOST)
    if declared is not None:
        poolers = way.poolers if isinstance(way, Way) else ()
        return Way(poolers, declared, (_by_configuration(engine, declared),))
    if isinstance(way, Unresolved):
        return replace(
            way, at=engine.url.at, what=f"the database of {engine.name} in {workload.label}",
            settle=_settling_line(engine),
        )  # fmt: skip
    return way


def _one_variable(host: Value) -> Value:
    """A text of variables that all have a default (`${NAME:-shop}-db`), as a variable with one."""
    if not isinstance(host, Text):
        return host
    variables = [part for part in host.parts if isinstance(part, FromEnv)]
    written = [part.default if isinstance(part, FromEnv) else part for part in host.parts]
    texts = [each.value if isinstance(each, Known) else each for each in written]
    if not variables or not all(isinstance(each, str) for each in texts):
        return host
    names = tuple(dict.fromkeys(name for each in variables for name in each.variables))
    return FromEnv(names, Known("".join(map(str, texts)), host.origin), "", host.origin)


def _by_default(target: _Target, workload: Workload, servers: Servers, container: Container) -> Way | None:
    """The way by the host that a variable has where nothing sets it, if there is a server of that name.

    A container whose variables are not all in the files may set it: then only a default of the manifest's
    own counts (`${DB_HOST:-db}`), which is what the container gets.
    """
    host = target.host
    given = {name for each in container.environment for name in _asked(each.value)}
    if not isinstance(host, FromEnv) or (container.open_environment and not given.issuperset(host.variables)):
        return None
    way = _follow(target, workload, servers, HOPS_AT_MOST)
    return way if isinstance(way, Way) and (way.poolers or way.database) else None


def _asked(value: Value) -> tuple[str, ...]:
    asked = _one_variable(value)
    return asked.variables if isinstance(asked, FromEnv) else ()


def _declared_for(engine: Engine, servers: Servers) -> Database | None:
    matching = [each for each in servers.declared if set(each.variables) & set(engine.url.variables)]
    return matching[0] if len(matching) == 1 else None


def _by_configuration(engine: Engine, database: Database) -> Evidence:
    variables = ", ".join(name for name in engine.url.variables if name in database.variables)
    return Evidence("configuration", f"{variables} leads to '{database.name}'", (database.at,))


def _why_no_host(host: Value) -> str:
    match host:
        case Unknown():
            return f"its URL cannot be followed ({host.why})"
        case FromEnv(default=Known(value=default)):
            return f"its host comes from {host.variable}, which nothing sets (else it is {default})"
        case FromEnv():
            return f"its host comes from {host.variable}, which nothing sets"
        case OneOf():
            return "its host is one of several, and the files do not say which"
        case _:
            return "the host of its URL is not one known name"


def _settling_line(engine: Engine) -> str:
    variable = engine.url.variables[0] if engine.url.variables else "DATABASE_URL"
    return f'[tool.poollint.databases.main] url-env = ["{variable}"]'


def _follow(target: _Target, workload: Workload | None, servers: Servers, hops: int) -> Way | Unresolved:
    """One step on the way; `hops` bounds the length, so that a circle of poolers ends."""
    host = target.host
    if isinstance(host, FromEnv) and (default := _default_of(host)) is not None:
        way = _follow(replace(target, host=default), workload, servers, hops)
        return _supposed(way, host) if isinstance(way, Way) else way
    if not isinstance(host, Known) or not isinstance(host.value, str) or hops == 0:
        return Way((), None, ())
    name = host.value
    found = list(_named(name, target.port, workload, servers))
    if len(found) > 1:
        places = ", ".join(str(each.at) for each in found)
        return Unresolved(found[0].at, name, f"{len(found)} servers answer to '{name}': {places}")
    if not found:
        alias = _alias(name, workload, servers)
        if alias is None:
            return _managed(name, target, host.origin)
        behind = replace(target, host=Known(alias.target, alias.at))
        return _follow(behind, None, servers, hops - 1)
    server = found[0]
    evidence = Evidence("host", f"'{name}' is {_kind(server)} '{server.name}'", (server.at,))
    if isinstance(server, Database):
        return Way((), server, (evidence,))
    onward = _behind(server, target.database, servers, hops)
    if isinstance(onward, Unresolved):
        return Way((server,), None, (evidence,))
    return Way((server, *onward.poolers), onward.database, (evidence, *onward.evidence))


def _default_of(host: FromEnv) -> Known | None:
    """The only name that a host has where no variable is set."""
    leaves = possible(host)
    name = leaves[0] if len(leaves) == 1 else None
    return name if isinstance(name, Known) and isinstance(name.value, str) else None


def _supposed(way: Way, host: FromEnv) -> Way:
    return replace(
        way,
        evidence=tuple(
            replace(each, says=f"{each.says}, if nothing sets {host.variable}", confidence=Confidence.MEDIUM)
            for each in way.evidence[:1]
        )
        + way.evidence[1:],
    )


def _kind(server: Pooler | Database) -> str:
    return "the database" if isinstance(server, Database) else f"the {server.product}"


def _named(
    name: str, port: Value, workload: Workload | None, servers: Servers
) -> Iterator[Pooler | Database]:
    everything: tuple[Pooler | Database, ...] = (*servers.poolers, *servers.databases)
    if name in LOCAL:
        own = {each.at for each in workload.containers} if workload is not None else set()
        yield from (each for each in everything if each.at in own and _same_port(each.port, port))
        return
    named = [each for each in everything if name in each.hosts]
    if len(named) > 1:  # one alone is meant by its name: a Service may listen on a port of its own
        named = [each for each in named if _same_port(each.port, port)]
    yield from named


def _alias(name: str, workload: Workload | None, servers: Servers) -> Address | None:
    """The only other name of a host: an alias in the cluster, or a tunnel in the same workload."""
    own = {each.at for each in workload.containers} if workload is not None else set()
    found = [
        each
        for each in servers.addresses
        if each.target and (name in each.hosts or (name in LOCAL and each.at in own))
    ]
    return found[0] if len(found) == 1 else None


def _same_port(listens: Value | None, asked: Value) -> bool:
    match listens, asked:
        case (Known(value=int() as one), Known(value=int() as other)):
            return one == other
        case _:
            return True


def _behind(pooler: Pooler, database: Value, servers: Servers, hops: int) -> Way | Unresolved:
    wanted = database.value if isinstance(database, Known) else None
    named = [route for route in pooler.routes if route.name == wanted]
    fallback = [route for route in pooler.routes if route.name == "*"]
    route = next(iter(named or fallback), None)
    if route is None and len(pooler.routes) == 1:
        route = pooler.routes[0]
    if route is None:
        return Way((), None, ())
    return _follow(_Target(route.host, route.port, route.database), None, servers, hops - 1)


def _managed(name: str, target: _Target, origin: Origin) -> Way:
    port = target.port.value if isinstance(target.port, Known) else None
    database = target.database.value if isinstance(target.database, Known) else None
    host = recognise_host(
        name,
        port if isinstance(port, int) else None,
        database if isinstance(database, str) else None,
    )
    if host is None or not isinstance(origin, Span):
        return Way((), None, ())
    at = origin
    evidence = Evidence("host", f"'{name}' is {host.provider}", (at,))
    if host.role == "pooler":
        return Way((managed_pooler(host, name, at),), None, (evidence,))
    return Way((), managed_database(host, name, at), (evidence,))


def managed_pooler(host: ManagedHost, name: str, at: Span) -> Pooler:
    """A hosted pooler as its vendor documents it; what is not documented is Unknown."""
    origin = Documented(host.provider, host.source[0] if host.source else "", host.confidence == "high")
    known = {"max_client_conn": host.client_limit, "default_pool_size": host.pool_size}
    mode = host.mode if host.mode in ("session", "transaction") else None
    return Pooler(
        at=at,
        product=host.pooler or host.provider,
        name=name,
        version=UNKNOWN_RELEASE,
        mode=Known(mode, origin) if mode else Unknown(f"{host.provider} does not say", origin),
        instances=Known(1, origin),
        hosts=(name,),
        settings=tuple(
            Argument(key, Known(value, origin), at) for key, value in known.items() if value is not None
        ),
    )


def managed_database(host: ManagedHost, name: str, at: Span) -> Database:
    """A hosted database of which the name tells the vendor, and rarely the size."""
    limit = connection_limit(host.provider, host.engine)
    reserve = reserved(host.provider, host.engine)
    unknown = Unknown(f"the size of the {host.provider} instance is not in the files", at)
    return Database(
        at=at,
        name=name,
        family=host.engine,
        provider=host.provider,
        max_connections=unknown
        if limit is None
        else one_of(
            Alternative(Known(number, Documented(host.provider, limit.source[0], limit.lower == limit.upper)))
            for number in (limit.lower, limit.upper)
        ),
        reserved=Known(0, Documented(host.provider, "", certain=False))
        if reserve is None
        else Known(reserve.value, Documented(host.provider, reserve.source[0])),
        hosts=(name,),
    )
