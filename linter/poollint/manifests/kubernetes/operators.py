"""Resources of PostgreSQL operators -> `Database` and `Pooler`: CloudNativePG, Zalando, Crunchy."""

from collections.abc import Iterator
from dataclasses import replace
from operator import mul, sub

from poollint.catalogue.limits import connection_limit, reserved
from poollint.catalogue.poolers import Operator, operators
from poollint.facts import UNKNOWN_RELEASE, Argument, Database, Pooler, Release, Route
from poollint.manifests import nodes
from poollint.manifests.kubernetes import templates
from poollint.manifests.kubernetes.cluster import Cluster
from poollint.manifests.kubernetes.counts import number, number_in_text, typed
from poollint.manifests.kubernetes.defaults import origin
from poollint.manifests.kubernetes.objects import Object
from poollint.manifests.kubernetes.services import hosts
from poollint.source import Span
from poollint.values import Default, Known, Unknown, Value, combine, mapped


def servers(cluster: Cluster) -> Iterator[Database | Pooler]:
    """The databases and poolers that operators make of the cluster's resources."""
    known = operators()
    for each in cluster.of_kind("Cluster", "Pooler", "postgresql", "PostgresCluster"):
        match each.kind:
            case "Cluster":
                yield from _cloudnative_databases(each, known["cloudnative-pg"])
            case "Pooler":
                yield _cloudnative_pooler(each, known["cloudnative-pg"])
            case "postgresql":
                yield from _zalando(each, known["zalando"])
            case _:
                yield from _crunchy(each, known["crunchy"])


# --- CloudNativePG ---


def _cloudnative_databases(owner: Object, operator: Operator) -> Iterator[Database]:
    limit = nodes.get(owner.node, "spec", "postgresql", "parameters", "max_connections")
    primary = _database(owner, operator, number_in_text(limit, owner, _postgresql_limit()), "imageName")
    yield from _with_replicas(primary, owner, operator, nodes.get(owner.node, "spec", "instances"))


def _cloudnative_pooler(owner: Object, operator: Operator) -> Pooler:
    spec = nodes.get(owner.node, "spec")
    bouncer = nodes.get(spec, "pgbouncer")
    settings = _given(nodes.get(bouncer, "parameters"), owner)
    cluster = templates.text(nodes.get(spec, "cluster", "name"), owner.parameters) or ""
    kind = nodes.text(nodes.get(spec, "type")) or "rw"
    leads_to = Known(f"{cluster}-{kind}", (nodes.get(spec, "cluster", "name") or owner.node).at)
    mode = nodes.get(bouncer, "poolMode")
    return _pooler(
        owner,
        operator,
        host=operator.services[0],
        instances=nodes.get(spec, "instances"),
        mode=None if mode is None else templates.string(mode, owner.parameters),
        settings=settings,
        leads_to=leads_to,
    )


# --- Zalando ---


def _zalando(owner: Object, operator: Operator) -> Iterator[Database | Pooler]:
    spec = nodes.get(owner.node, "spec")
    limit = nodes.get(spec, "postgresql", "parameters", "max_connections")
    unknown = Unknown("the image computes it from the memory of the pod", owner.at)
    primary = _database(owner, operator, number_in_text(limit, owner, unknown), "")
    yield from _with_replicas(primary, owner, operator, nodes.get(spec, "numberOfInstances"))
    enabled = nodes.boolean(nodes.get(spec, "enableConnectionPooler"))
    section = nodes.get(spec, "connectionPooler")
    if enabled or (enabled is None and section is not None):
        yield _zalando_pooler(owner, operator, section, 0)
    if nodes.boolean(nodes.get(spec, "enableReplicaConnectionPooler")):
        yield _zalando_pooler(owner, operator, section, 1)


def _zalando_pooler(owner: Object, operator: Operator, section: nodes.Node | None, position: int) -> Pooler:
    """The operator divides the connections among the instances, and gives half of a share to each pool."""
    stated = nodes.get(section, "numberOfInstances")
    instances = number(stated, owner, Known(operator.instances, origin(operator, "the Zalando operator")))
    total = number_in_text(
        nodes.get(section, "maxDBConnections"),
        owner,
        Known(operator.max_db_connections, origin(operator, "the Zalando operator")),
    )
    settings: list[Argument] = []
    if isinstance(total, Known) and isinstance(instances, Known):
        share = int(str(total.value)) // max(1, int(str(instances.value)))
        derived = (share, share // 2, share // 4)
        for name, value in zip(
            ("max_db_connections", "default_pool_size", "reserve_pool_size"), derived, strict=True
        ):
            settings.append(Argument(name, Known(value, total.origin), _span(total, owner)))
    else:
        settings.append(Argument("max_db_connections", total, _span(total, owner)))
    mode = nodes.get(section, "mode")
    return _pooler(
        owner,
        operator,
        host=operator.services[position],
        instances=stated,
        mode=None if mode is None else templates.string(mode, owner.parameters),
        settings=tuple(settings),
        leads_to=Known(operator.direct_services[position].format(name=owner.name), owner.at),
    )


# --- Crunchy ---


def _crunchy(owner: Object, operator: Operator) -> Iterator[Database | Pooler]:
    spec = nodes.get(owner.node, "spec")
    dynamic = ("patroni", "dynamicConfiguration", "postgresql", "parameters", "max_connections")
    limit = nodes.get(spec, "config", "parameters", "max_connections") or nodes.get(spec, *dynamic)
    yield _database(owner, operator, number_in_text(limit, owner, _postgresql_limit()), "image")
    bouncer = nodes.get(spec, "proxy", "pgBouncer")
    if bouncer is None:
        return
    configured = nodes.get(bouncer, "config", "global")
    mode = nodes.get(configured, "pool_mode")
    yield _pooler(
        owner,
        operator,
        host=operator.services[0],
        instances=nodes.get(bouncer, "replicas"),
        mode=None if mode is None else templates.string(mode, owner.parameters),
        settings=_given(configured, owner),
        leads_to=Known(operator.direct_services[0].format(name=owner.name), owner.at),
        port=nodes.get(bouncer, "port"),
    )


# --- common to all ---


def _postgresql_limit() -> Value:
    limit = connection_limit("postgresql")
    where = Default("PostgreSQL", limit.source[0] if limit else "")
    return Unknown("not documented", where) if limit is None else Known(limit.lower, where)


def _database(owner: Object, operator: Operator, limit: Value, image: str) -> Database:
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
        port=Known(5432, origin(operator, operator.name)),
        version=_release(owner, given),
        scope=owner.scope,
    )


def _with_replicas(
    primary: Database, owner: Object, operator: Operator, instances: nodes.Node | None
) -> Iterator[Database]:
    """The primary by its own service, and the replicas together by theirs.

    Each replica accepts as much as the primary, so together they accept that many times more; with one
    instance all services lead to the primary.
    """
    first, *others = (service.format(name=owner.name) for service in operator.direct_services)
    count = number(instances, owner, Known(1, owner.at))
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


def _given(node: nodes.Node | None, owner: Object) -> tuple[Argument, ...]:
    """Settings of PgBouncer as a mapping of texts; numbers become numbers."""
    return tuple(
        Argument(
            entry.key,
            mapped(templates.value(entry.node, owner.parameters), typed, ""),
            Span(
                entry.at.path,
                entry.at.line,
                entry.at.column,
                entry.node.at.end_line,
                entry.node.at.end_column,
            ),
        )
        for entry in nodes.entries(node)
    )


def _span(value: Value, owner: Object) -> Span:
    return value.origin if isinstance(value, Known) and isinstance(value.origin, Span) else owner.at


def _pooler(
    owner: Object,
    operator: Operator,
    *,
    host: str,
    instances: nodes.Node | None,
    mode: Value | None,
    settings: tuple[Argument, ...],
    leads_to: Known,
    port: nodes.Node | None = None,
) -> Pooler:
    """A pooler with the operator's defaults for what the resource leaves out."""
    where = origin(operator, f"the {operator.name} operator")
    given = {setting.name: setting for setting in settings}
    for name, text in operator.defaults.items():
        if name not in given and name != "pool_mode":
            given[name] = Argument(name, typed(Known(text, where)), owner.at)
    if operator.always_ignored:
        given["ignore_startup_parameters"] = _ignored(operator, given.get("ignore_startup_parameters"), owner)
    pooler = host.format(name=owner.name)
    names = hosts(pooler, owner.namespace)
    return Pooler(
        at=owner.at,
        product=operator.product,
        name=pooler,
        version=UNKNOWN_RELEASE,
        mode=Known(operator.defaults["pool_mode"], where) if mode is None else mode,
        instances=number(instances, owner, Known(operator.instances, where)),
        hosts=names,
        port=number(port, owner, Known(operator.port, where)),
        settings=tuple(given.values()),
        routes=(Route("*", leads_to, Known(5432, where), Unknown("as the client asks", owner.at), owner.at),),
        scope=owner.scope,
    )


def _ignored(operator: Operator, given: Argument | None, owner: Object) -> Argument:
    """The operator's own list, which it always adds to that of the resource."""
    always = ",".join(operator.always_ignored)
    if given is None:
        where = origin(operator, f"the {operator.name} operator")
        return Argument("ignore_startup_parameters", Known(always, where), owner.at)
    if not isinstance(given.value, Known):
        return given
    together = Known(f"{always},{given.value.value}", given.value.origin)
    return Argument(given.name, together, given.at)
