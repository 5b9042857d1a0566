"""What a pooler opens behind it: for each database that its clients ask for, a pool of connections."""

from collections.abc import Iterable
from functools import reduce
from math import floor, inf
from operator import add, mul, sub

from poollint.catalogue.vendors import fact
from poollint.facts import Database, Pooler, Route
from poollint.terms import Term, client_term, pool_setting, shown
from poollint.topology import Client, Topology
from poollint.values import Default, Known, Unknown, Value, bounds, combine, likely_bounds

RDS_PROXY = "rds-proxy"
AS_CLIENTS = "no limit, as its clients"
"""What a pooler opens to a database that has no limit for it."""
_NONE: Value = Known(0, Default("poolers"))
_ONE: Value = Known(1, Default("poolers"))


def server_term(pooler: Pooler, topology: Topology, database: Database | None = None) -> Term:
    """What a pooler can open to a database (to all of them for None), with all its instances.

    PgBouncer keeps `pool_size` and its reserve for each pair of user and database, at most
    `max_db_connections` for a database; a database may have sizes of its own. Pairs are counted by the
    databases that clients ask for, one user each; more users need a declared number.
    """
    clients = [
        each
        for each in topology.clients_through(pooler)
        if database is None or (each.database == database and each.poolers[-1] == pooler)
    ]
    each, parts = (
        _share(pooler, clients, database)
        if pooler.product == RDS_PROXY and database is not None
        else _pools(pooler, clients)
    )
    wanted = _all_wanted(clients)
    if bounds(each).least == inf and likely_bounds(wanted).most < inf:
        return _as_clients(pooler, clients, wanted)
    return Term(
        name=pooler.name,
        parts=parts,
        each=each,
        processes=Known(1, Default(pooler.product)),
        pods=pooler.instances,
        at=pooler.at,
        surge=_NONE,
        pooler=pooler,
    )


def _as_clients(pooler: Pooler, clients: Iterable[Client], wanted: Value) -> Term:
    """What a pooler without a limit opens: with all its instances one connection for each of its clients."""
    return Term(
        name=pooler.name,
        parts=AS_CLIENTS,
        each=wanted,
        processes=_ONE,
        pods=_ONE,
        at=pooler.at,
        surge=_NONE,
        at_once=_all_wanted(clients, in_use=True),
        pooler=pooler,
    )


def opened(pooler: Pooler, clients: Iterable[Client]) -> Value:
    """The server connections that one instance keeps for its clients."""
    return _pools(pooler, clients)[0]


def _pools(pooler: Pooler, clients: Iterable[Client]) -> tuple[Value, str]:
    asked = dict.fromkeys(each.engine.url.database for each in clients)
    routes = [_route(pooler, name) for name in asked] or [None]
    sizes = [_sizes(pooler, route) for route in routes]
    pools = [combine(size, reserve, add, "+") for size, reserve, _ in sizes]
    limited = [_limited(pool, cap) for pool, (_, _, cap) in zip(pools, sizes, strict=True)]
    if len(set(sizes)) > 1:
        return reduce(_plus, limited), " and ".join(map(_parts, sizes))
    pairs = Known(len(sizes), Default("one user a database", certain=False))
    parts = _parts(sizes[0])
    return combine(limited[0], pairs, mul, "*"), f"({parts}) × {len(sizes)}" if len(sizes) > 1 else parts


def _plus(one: Value, other: Value) -> Value:
    return combine(one, other, add, "+")


def _route(pooler: Pooler, asked: Value) -> Route | None:
    """The entry of a database that clients ask for; `*` for what is not named."""
    name = asked.value if isinstance(asked, Known) else None
    by_name = {route.name: route for route in pooler.routes}
    return by_name.get(name) if isinstance(name, str) and name in by_name else by_name.get("*")


_Sizes = tuple[Value, Value, Value]


def _sizes(pooler: Pooler, route: Route | None) -> _Sizes:
    """Pool size, reserve and cap of a database: its own, else the pooler's."""
    own = {} if route is None else {each.name: each.value for each in route.settings}
    cap = pooler.setting("max_db_connections")
    return (
        own.get("pool_size") or pool_setting(pooler, "default_pool_size"),
        own.get("reserve_pool_size") or own.get("reserve_pool") or pool_setting(pooler, "reserve_pool_size"),
        own.get("max_db_connections") or (_NONE if cap is None else cap.value),
    )


def _limited(pool: Value, cap: Value) -> Value:
    return pool if cap == _NONE else combine(pool, cap, _capped, "capped by")


def _capped(size: float, cap: float) -> float:
    return min(size, cap) if cap > 0 else size


def _parts(sizes: _Sizes) -> str:
    size, reserve, cap = sizes
    parts = f"{shown(size)} + {shown(reserve)}" if likely_bounds(size).most < inf else shown(size)
    pool = combine(size, reserve, add, "+")
    return parts if _limited(pool, cap) == pool else f"{parts}, at most {shown(cap)}"


def _share(pooler: Pooler, clients: Iterable[Client], database: Database) -> tuple[Value, str]:
    """RDS Proxy: no more than its clients use, nor than its part of what the database accepts.

    Clients beyond that wait, so it never takes more than there is.
    Source: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ConnectionPoolConfiguration.html
    """
    given = pooler.setting("max_connections_percent")
    documented = fact("rds-proxy-max-connections-percent")
    default = Default("RDS Proxy", documented.source[0], documented.confidence == "high")
    percent = Known(documented.value, default) if given is None else given.value
    part = combine(database.max_connections, percent, _percent, "%")
    most = combine(part, combine(database.max_connections, database.reserved, sub, "-"), min, "at most")
    wanted = _all_wanted(clients)
    unknown = isinstance(wanted, Unknown) or likely_bounds(wanted).most == inf
    each = most if unknown else combine(wanted, most, min, "at most")
    share = f"{likely_bounds(percent).most:g}%{'' if given is not None else ' default'}"
    return each, f"{share} of {shown(database.max_connections)}"


def _all_wanted(clients: Iterable[Client], *, in_use: bool = False) -> Value:
    """What clients open together during a rollout, or what of it they can use at once."""
    return reduce(_plus, (_wanted(client_term(each), in_use=in_use) for each in clients), _NONE)


def _wanted(term: Term, *, in_use: bool) -> Value:
    copies = combine(term.pods, term.surge, add, "+")
    each = combine(term.each, term.at_once or term.each, min, "at most") if in_use else term.each
    return combine(combine(each, term.processes, mul, "*"), copies, mul, "*")


def _percent(limit: float, percent: float) -> float:
    return floor(limit * percent / 100)
