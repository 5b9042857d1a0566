"""Poolers, the images they come in, and the operators that run them."""

import re
from collections.abc import Mapping
from dataclasses import field
from functools import cache
from typing import Literal

from poollint.catalogue.loader import Sourced, records
from poollint.catalogue.servers import split_image
from poollint.frozen import frozen

PoolMode = Literal["session", "transaction", "statement", "tunnel", "unknown"]


@frozen(kw_only=True)
class Product(Sourced):
    """A pooler as its makers ship it; None is not documented.

    `modes_by_port` is for poolers whose port decides the mode; `pool_size` counts server
    connections for one user and database; `prepared_statements` says whether protocol-level
    prepared statements survive its default configuration; `instead` says in words what a pooler has
    in place of a setting of PgBouncer that it does not know.
    """

    title: str
    engine: Literal["postgresql", "mysql", "any"]
    ports: tuple[int, ...]
    mode: PoolMode
    modes_by_port: Mapping[str, PoolMode] = field(default_factory=dict)
    pool_size: int | None = None
    client_limit: int | None = None
    prepared_statements: bool | None = None
    client_idle_timeout: int | None = None
    checkout_timeout_ms: int | None = None
    instead: Mapping[str, str] = field(default_factory=dict)


@frozen(kw_only=True)
class Image(Sourced):
    """A container image of a pooler.

    `environment` maps the pooler's setting to the variable that sets it; `defaults` are what the
    image itself writes where the variable is not set, else the pooler's own hold. `refused` are
    variables that write a key which the pooler does not know, so that it does not start.
    `versions` is a pattern over the tag whose group is the pooler's version. The server behind the
    pooler comes from `url_variables` (URLs, separated by commas), else from `host_variable`,
    `host_port_variable` and `database_variable`; without a port it is `host_port`.
    """

    product: str
    repositories: tuple[str, ...]
    port: int | None = None
    port_variable: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)
    defaults: Mapping[str, str] = field(default_factory=dict)
    refused: Mapping[str, str] = field(default_factory=dict)
    versions: str = ""
    host_variable: str = ""
    host_port_variable: str = ""
    host_port: int | None = None
    database_variable: str = ""
    url_variables: tuple[str, ...] = ()
    settings_known: bool = True


@frozen(kw_only=True)
class Operator(Sourced):
    """A Kubernetes operator that runs a pooler; values of a resource where it sets none.

    `services` are the pooler's hosts with `{name}` for the resource's; `defaults` are PgBouncer
    settings; `derived` says in words how the operator computes what is not fixed.
    `direct_services` lead to the database, which listens on `database_port` and has
    `database_instances` unless told, None where the resource must say it.
    """

    product: str
    api_group: str
    kind: str
    services: tuple[str, ...]
    port: int
    instances: int
    database_port: int
    defaults: Mapping[str, str]
    direct_services: tuple[str, ...] = ()
    always_ignored: tuple[str, ...] = ()
    derived: str = ""
    database_instances: int | None = None
    max_db_connections: int | None = None
    version: str = ""


@frozen
class RecognisedImage:
    """An image of the catalogue, and the pooler's version where the tag says it."""

    image: Image
    version: str | None


@cache
def products() -> Mapping[str, Product]:
    """Every pooler by name: `pgbouncer`, `pgcat`, `pgdog`, `odyssey`, `supavisor`, ..."""
    return records("poolers", "product", Product)


@cache
def images() -> Mapping[str, Image]:
    """Every known image by name, in the order in which they are tried."""
    return records("poolers", "image", Image)


@cache
def operators() -> Mapping[str, Operator]:
    """`cloudnative-pg`, `zalando` and `crunchy`."""
    return records("poolers", "operator", Operator)


def recognise_image(reference: str) -> RecognisedImage | None:
    """The pooler in a container image such as `edoburu/pgbouncer:v1.25.2-p0`, or None."""
    repository, tag = split_image(reference)
    for image in images().values():
        if any(re.fullmatch(pattern, repository) for pattern in image.repositories):
            found = re.match(image.versions, tag) if image.versions else None
            return RecognisedImage(image, found[1] if found else None)
    return None


def recognise_operator(api_group: str, kind: str) -> Operator | None:
    """The operator behind a resource; `api_group` without its version."""
    found = (o for o in operators().values() if (o.api_group, o.kind) == (api_group, kind))
    return next(found, None)
