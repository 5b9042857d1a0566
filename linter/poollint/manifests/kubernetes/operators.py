"""Resources of PostgreSQL operators -> `Database` and `Pooler`: CloudNativePG, Zalando, Crunchy."""

from collections.abc import Iterator
from functools import reduce
from operator import add

from poollint.catalogue.poolers import Operator, operators
from poollint.facts import UNKNOWN_RELEASE, Argument, Database, Pooler, Route
from poollint.manifests import nodes
from poollint.manifests.defaults import origin
from poollint.manifests.kubernetes import templates
from poollint.manifests.kubernetes.cluster import Cluster
from poollint.manifests.kubernetes.clusters import database, running, usual_limit, with_replicas
from poollint.manifests.kubernetes.counts import number, number_in_text, typed
from poollint.manifests.kubernetes.objects import Object
from poollint.manifests.kubernetes.services import hosts
from poollint.source import Span
from poollint.values import Known, Unknown, Value, combine, mapped


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
    primary = database(owner, operator, number_in_text(limit, owner, usual_limit()), "imageName")
    count = running(nodes.get(owner.node, "spec", "instances"), owner, operator)
    yield from with_replicas(primary, owner, operator, count)


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
    primary = database(owner, operator, number_in_text(limit, owner, unknown), "")
    count = running(nodes.get(spec, "numberOfInstances"), owner, operator)
    yield from with_replicas(primary, owner, operator, count)
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
    port = nodes.get(spec, "port")
    primary = database(owner, operator, number_in_text(limit, owner, usual_limit()), "image", port)
    yield from with_replicas(primary, owner, operator, _crunchy_instances(owner, operator))
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
        leads_on=primary.port,
        port=nodes.get(bouncer, "port"),
    )


def _crunchy_instances(owner: Object, operator: Operator) -> Value:
    """The instances of all sets together: one of them is the primary, whichever set it is in."""
    sets = nodes.items(nodes.get(owner.node, "spec", "instances"))
    if not sets:
        return running(None, owner, operator)
    first, *others = (running(nodes.get(each, "replicas"), owner, operator) for each in sets)
    return reduce(lambda total, each: combine(total, each, add, "+"), others, first)


# --- poolers of all ---


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
    leads_on: Value | None = None,
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
    on = leads_on or Known(operator.database_port, where)
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
        routes=(Route("*", leads_to, on, Unknown("as the client asks", owner.at), owner.at),),
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
