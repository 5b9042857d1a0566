"""What platforms do when nothing is configured: replicas, surge, concurrency, instances."""

from collections.abc import Mapping
from functools import cache
from typing import Literal

from poollint.catalogue.loader import Documented, Sourced, records
from poollint.frozen import frozen


@frozen(kw_only=True)
class Default(Documented[int]):
    """A platform's number for a field that a manifest leaves out."""

    value: int
    field: str


@frozen(kw_only=True)
class Runtime(Sourced):
    """A function or container platform, and what one of its instances does at once.

    `concurrency` is requests at once in one instance, 0 without limit, None where unknown;
    `instances` the default ceiling of instances, 0 without limit, None where unknown;
    `database_connections` a ceiling of the platform's own database proxy for one instance, and
    `database_sockets` the folder of that proxy's sockets.
    `freezes`: the process is stopped between requests while its sockets stay open.
    """

    title: str
    kind: Literal["function", "container"]
    concurrency: int | None = None
    instances: int | None = None
    freezes: bool
    database_connections: int | None = None
    database_sockets: str = ""
    concurrency_keys: tuple[str, ...] = ()
    instance_keys: tuple[str, ...] = ()
    variables: tuple[str, ...] = ()
    entry_points: tuple[str, ...] = ()


@cache
def platform_defaults() -> Mapping[str, Default]:
    """Every default by name, `<platform>-<what>`: `kubernetes-deployment-replicas`."""
    return records("platforms", "default", Default)


def platform_default(name: str) -> Documented[int]:
    """One default. Raises KeyError for an unknown name."""
    return platform_defaults()[name]


@cache
def runtimes() -> Mapping[str, Runtime]:
    """Every function or container platform: `aws-lambda`, `cloud-run`, `knative`, ..."""
    return records("platforms", "runtime", Runtime)


def runtime(name: str) -> Runtime:
    """One platform. Raises KeyError for an unknown name."""
    return runtimes()[name]
