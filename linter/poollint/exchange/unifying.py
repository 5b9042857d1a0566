"""Which servers of several repositories are one, and what is true of it.

Two databases are one when the configurations of both name them alike, or when they answer to the same
public host and port. Names such as `db` or `postgres.shop.svc` mean another server in each network, and
unite nothing.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain
from typing import TypeVar

from poollint.facts import Argument, Database, Pooler
from poollint.source import Span
from poollint.values import Alternative, Default, Documented, FromEnv, Known, OneOf, Value, one_of

_Server = TypeVar("_Server", bound=Pooler | Database)

_OF_A_NETWORK = (".svc", ".cluster.local", ".local", ".docker.internal", ".localhost")
_PORTS = {"postgresql": 5432, "mysql": 3306}


def is_public(host: str) -> bool:
    """Whether a name means the same server wherever it is used."""
    name = host.lower().rstrip(".")
    numbers = name.replace(".", "").isdecimal()
    return name.count(".") > 1 and not numbers and not name.endswith(_OF_A_NETWORK)


def same_databases(databases: Iterable[Database]) -> dict[Database, Database]:
    """What each database is, once those that are one are united."""
    return _united(databases, _database_keys, _one_database)


def same_poolers(poolers: Iterable[Pooler]) -> dict[Pooler, Pooler]:
    """What each pooler is, once those that are one are united."""
    return _united(poolers, _pooler_keys, _one_pooler)


def _database_keys(database: Database) -> Iterator[Hashable]:
    if database.declared:
        yield database.name
    port = _PORTS.get(database.family) if database.port is None else database.port
    yield from ((database.provider, host, _number(port)) for host in database.hosts if is_public(host))


def _pooler_keys(pooler: Pooler) -> Iterator[Hashable]:
    yield from ((pooler.product, host, _number(pooler.port)) for host in pooler.hosts if is_public(host))


def _number(port: Value | int | None) -> Hashable:
    return port.value if isinstance(port, Known) else port


def _united(
    servers: Iterable[_Server],
    keys: Callable[[_Server], Iterable[Hashable]],
    one: Callable[[Sequence[_Server]], _Server],
) -> dict[_Server, _Server]:
    """Groups that share a key, also by way of a third; each group becomes one server."""
    order = {server: index for index, server in enumerate(dict.fromkeys(servers))}
    groups: list[tuple[_Server, ...]] = []
    for server in order:
        own = set(keys(server))
        touched = [group for group in groups if any(own & set(keys(each)) for each in group)]
        groups = [group for group in groups if group not in touched]
        groups.append((*chain.from_iterable(touched), server))
    found = {
        server: one(sorted(group, key=order.__getitem__)) if len(group) > 1 else server
        for group in groups
        for server in group
    }
    return {server: found[server] for server in order}


def _one_database(group: Sequence[Database]) -> Database:
    group = sorted(group, key=lambda each: not each.declared)
    return replace(
        group[0],
        max_connections=agreed(each.max_connections for each in group),
        reserved=agreed(each.reserved for each in group),
        hosts=tuple(dict.fromkeys(host for each in group for host in each.hosts)),
        others=_agreed_arguments(argument for each in group for argument in each.others),
        share=_agreed_if_any(each.share for each in group),
        variables=tuple(dict.fromkeys(name for each in group for name in each.variables)),
    )


def _one_pooler(group: Sequence[Pooler]) -> Pooler:
    return replace(
        group[0],
        mode=agreed(each.mode for each in group),
        instances=agreed(each.instances for each in group),
        settings=_agreed_arguments(argument for each in group for argument in each.settings),
        routes=tuple({route.name: route for each in reversed(group) for route in each.routes}.values()),
    )


def _agreed_arguments(arguments: Iterable[Argument]) -> tuple[Argument, ...]:
    """By name: what two repositories say about one client is one client."""
    named: dict[str, list[Argument]] = {}
    for argument in arguments:
        named.setdefault(argument.name, []).append(argument)
    return tuple(replace(same[0], value=agreed(each.value for each in same)) for same in named.values())


def _agreed_if_any(values: Iterable[Value | None]) -> Value | None:
    given = [value for value in values if value is not None]
    return agreed(given) if given else None


def agreed(values: Iterable[Value]) -> Value:
    """What several repositories say about one number: the best founded; where those differ, one of them."""
    every = list(values)
    best = max(map(_strength, every))
    return one_of(Alternative(value) for value in every if _strength(value) == best)


def _strength(value: Value) -> int:
    match value:
        case Known(origin=Span()):
            return 4
        case Known(origin=Documented(certain=True) | Default(certain=True)):
            return 3
        case Known():
            return 2
        case OneOf():
            return min(_strength(each) for each in value.values)
        case FromEnv(default=default) if default is not None:
            return 1
        case _:
            return 0
