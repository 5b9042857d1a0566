"""Which managed service a host name belongs to, and what stands behind it."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Literal

from poollint.catalogue.loader import Sourced, records
from poollint.frozen import frozen

Role = Literal["direct", "pooler", "tunnel"]
"""`tunnel`: one server connection for each client connection, without pooling."""

HostMode = Literal["none", "session", "transaction", "multiplexed", "unknown"]
"""`none` without a pooler; `multiplexed`: by transaction, with state pinning instead of errors."""

_DEFAULT_PORTS = {"postgresql": (5432,), "mysql": (3306,), "any": (5432, 3306)}


@frozen(kw_only=True)
class ManagedHost(Sourced):
    """What a host name, its port and the database name say about the server behind them.

    `provider` is the provider of `limits.connection_limit`; `hop` a name of
    `vendors.idle_timeouts` or empty. `prepared_statements` says whether protocol-level prepared
    statements survive the pooler; None is unknown. `client_limit` and `pool_size` are documented
    defaults of the pooler, None where none is documented.
    """

    pattern: str
    title: str
    provider: str
    engine: Literal["postgresql", "mysql", "any"]
    role: Role
    endpoint: Literal["instance", "writer", "reader", "custom", "pooler", "socket"]
    mode: HostMode = "none"
    pooler: str = ""
    ports: tuple[int, ...] = ()
    databases: tuple[str, ...] = ()
    prepared_statements: bool | None = None
    hop: str = ""
    client_limit: int | None = None
    pool_size: int | None = None


@cache
def hosts() -> Mapping[str, ManagedHost]:
    """Every host rule by name, in the order in which they are tried."""
    return records("vendors", "host", ManagedHost)


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], ManagedHost], ...]:
    return tuple((re.compile(host.pattern), host) for host in hosts().values())


def recognise_host(host: str, port: int | None = None, database: str | None = None) -> ManagedHost | None:
    """The managed service behind a host, or None where the name does not say.

    A missing port is the engine's own. A port alone never identifies anything: 6432 on an unknown
    host is None. A path is a Unix socket folder such as `/cloudsql/project:region:instance`.
    """
    if "." not in host and not host.startswith("/"):
        return None  # a name of the own network; most hosts are, and need no pattern
    name = host if host.startswith("/") else host.lower().rstrip(".")
    for pattern, managed in _patterns():
        if pattern.fullmatch(name) and _fits(managed, port, database):
            return managed
    return None


def _fits(managed: ManagedHost, port: int | None, database: str | None) -> bool:
    if managed.databases and database not in managed.databases:
        return False
    if not managed.ports:
        return True
    asked = _DEFAULT_PORTS[managed.engine] if port is None else (port,)
    return any(each in managed.ports for each in asked)
