"""What stands between and behind: poolers, databases, and the names that lead to them."""

from poollint.facts.settings import UNKNOWN_RELEASE, Argument, Release
from poollint.frozen import frozen
from poollint.source import Span
from poollint.values import Value


@frozen
class Route:
    """A database that a pooler offers: the name clients ask for, and where it leads."""

    name: str
    host: Value
    port: Value
    database: Value
    at: Span
    settings: tuple[Argument, ...] = ()
    """Per-database settings (`pool_mode`, `pool_size`)."""


@frozen
class PoolerUser:
    """A user for whom a pooler has settings of its own (`pool_mode`, `max_user_connections`)."""

    name: str
    at: Span
    settings: tuple[Argument, ...] = ()


@frozen
class Pooler:
    """A connection pooler. `hosts` are names that lead to it, `settings` use PgBouncer's names
    where they fit.

    `mode` is session, transaction or statement. `certain` is false when only a hint says that it is
    there (a port, a secret's key).
    """

    at: Span
    product: str
    name: str
    version: Release
    mode: Value
    instances: Value
    hosts: tuple[str, ...] = ()
    port: Value | None = None
    settings: tuple[Argument, ...] = ()
    routes: tuple[Route, ...] = ()
    scope: str = ""
    certain: bool = True
    users: tuple[PoolerUser, ...] = ()

    def setting(self, name: str) -> Argument | None:
        """The setting of that name where the files give it."""
        return next((each for each in self.settings if each.name == name), None)


@frozen
class Database:
    """A database server. `limit` is `max_connections`; `reserved` are slots that an application
    cannot use.

    `family` is postgresql or mysql; `provider` the catalogue's name (`postgresql`,
    `aws-rds-postgresql`, ...).
    """

    at: Span
    name: str
    family: str
    provider: str
    max_connections: Value
    reserved: Value
    hosts: tuple[str, ...] = ()
    port: Value | None = None
    version: Release = UNKNOWN_RELEASE
    idle_timeout: Value | None = None
    others: tuple[Argument, ...] = ()
    """Clients that the files do not show, with the connections that they keep."""
    share: Value | None = None
    """The part of the capacity (0 to 1) that the configuration wants to see used at most."""
    variables: tuple[str, ...] = ()
    """Environment variables whose URL leads here, by configuration."""
    scope: str = ""
    declared: bool = False
    """Whether the configuration names it: the same name elsewhere is then the same server."""


@frozen
class Address:
    """Names that lead to the pods with these labels (a Kubernetes Service).

    With a `target` the names are aliases of that host instead, and the selector is empty.
    """

    at: Span
    hosts: tuple[str, ...]
    selector: tuple[tuple[str, str], ...]
    scope: str = ""
    target: str = ""
