"""PostgreSQL clusters of operators -> `Database`: the primary, and the replicas together."""

from collections.abc import Iterator
from dataclasses import replace
from operator import mul, sub

from poollint.catalogue.limits import connection_limit, reserved
from poollint.catalogue.poolers import Operator
from poollint.facts import UNKNOWN_RELEASE, Database, Release
from poollint.manifests import nodes
from poollint.manifests.defaults import origin
from poollint.manifests.kubernetes.counts import number
from poollint.manifests.kubernetes.objects import Object
from poollint.manifests.kubernetes.services import hosts
from poollint.values import Default, Known, Unknown, Value, combine


def usual_limit() -> Value:
    """PostgreSQL's own `max_connections`, which these operators leave alone."""
    limit = connection_limit("postgresql")
    where = Default("PostgreSQL", limit.source[0] if limit else "")
    return Unknown("not documented", where) if limit is None else Known(limit.lower, where)


def database(
    owner: Object, operator: Operator, limit: Value, image: str, port: nodes.Node | None = None
) -> Database:
    """A cluster as one server, by all names that lead to it. `image` is the key of its image."""
    reserve = reserved("postgresql")
    given = nodes.get(owner.node, "spec", image) if image else None
    where = Default("PostgreSQL", reserve.source[0] if reserve else "")
    names = (service.format(name=owner.name) for service in operator.direct_services)
    return Database(
        at=owner.at,
        name=owner.name,
        family="postgresql",
        provider="postgresql",
        max_connections=limit,
        reserved=Known(reserve.value if reserve else 0, where),
        hosts=tuple(host for name in names for host in hosts(name, owner.namespace)),
        port=number(port, owner, Known(operator.database_port, origin(operator, operator.name))),
        version=_release(owner, given),
        scope=owner.scope,
    )


def running(node: nodes.Node | None, owner: Object, operator: Operator) -> Value:
    """Instances of PostgreSQL, where the resource says it or the operator has a default."""
    count = operator.database_instances
    where = origin(operator, f"the {operator.name} operator")
    missing = Unknown("the resource must say how many instances there are", owner.at)
    return number(node, owner, missing if count is None else Known(count, where))


def with_replicas(primary: Database, owner: Object, operator: Operator, count: Value) -> Iterator[Database]:
    """The primary by its own service, and the replicas together by theirs.

    Each replica accepts as much as the primary, so together they accept that many times more; with one
    instance all services lead to the primary.
    """
    first, *others = (service.format(name=owner.name) for service in operator.direct_services)
    if isinstance(count, Known) and count.value in (0, 1):
        yield primary
        return
    replicas = combine(count, Known(1, owner.at), sub, "-")
    yield replace(primary, hosts=tuple(hosts(first, owner.namespace)))
    yield replace(
        primary,
        name=others[0],
        hosts=tuple(host for name in others for host in hosts(name, owner.namespace)),
        max_connections=combine(primary.max_connections, replicas, mul, "*"),
        reserved=combine(primary.reserved, replicas, mul, "*"),
    )


def _release(owner: Object, image: nodes.Node | None) -> Release:
    for node in (
        nodes.get(owner.node, "spec", "postgresVersion"),
        nodes.get(owner.node, "spec", "postgresql", "version"),
    ):
        digits = nodes.text(node)
        if node is not None and digits and digits.isascii() and digits.isdecimal() and len(digits) < 4:  # noqa: PLR2004
            return Release((int(digits),), node.at)
    tag = (nodes.text(image) or "").partition("@")[0].rpartition("/")[2].partition(":")[2].partition("-")[0]
    parts = tag.split(".")
    if image is not None and all(part.isascii() and part.isdecimal() and len(part) < 4 for part in parts):  # noqa: PLR2004
        return Release(tuple(map(int, parts)), image.at)
    return UNKNOWN_RELEASE
