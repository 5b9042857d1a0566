"""RDS instances, Aurora clusters and RDS proxies of a stack -> Database and Pooler."""

from collections.abc import Iterator

from poollint.catalogue.limits import connection_limit, reserved
from poollint.catalogue.poolers import products
from poollint.catalogue.versions import version_key
from poollint.facts import UNKNOWN_RELEASE, Argument, Database, Pooler, Release, Route
from poollint.frozen import frozen
from poollint.manifests import nodes
from poollint.manifests.functions.intrinsics import integer, port_of, reference, string, text
from poollint.manifests.functions.stacks import Resource, Stack
from poollint.values import Alternative, Documented, Known, Unknown, Value, likely_bounds, mapped, one_of

INSTANCE, CLUSTER = "AWS::RDS::DBInstance", "AWS::RDS::DBCluster"
PROXY = "rds-proxy"
_CAPACITY = "ServerlessV2ScalingConfiguration"
_PROXY_SETTINGS = {
    "MaxConnectionsPercent": "max_connections_percent",
    "ConnectionBorrowTimeout": "query_wait_timeout",
}


@frozen
class _Engine:
    family: str
    provider: str


_ENGINES = {
    "postgres": _Engine("postgresql", "rds"),
    "mysql": _Engine("mysql", "rds"),
    "mariadb": _Engine("mysql", "rds-mariadb"),
    "aurora-postgresql": _Engine("postgresql", "aurora"),
    "aurora-mysql": _Engine("mysql", "aurora"),
    "aurora": _Engine("mysql", "aurora"),
}


def servers(stack: Stack) -> Iterator[Database | Pooler]:
    """The databases and proxies of a stack. An engine that SQLAlchemy's users do not mean is left out."""
    for resource in stack.of_type(INSTANCE, CLUSTER):
        engine = _ENGINES.get((text(resource.get("Engine"), stack) or "").lower())
        is_member = resource.type == INSTANCE and resource.get("DBClusterIdentifier") is not None
        if engine is not None and not is_member:
            yield _database(resource, engine, stack)
    for resource in stack.of_type("AWS::RDS::DBProxy"):
        yield _proxy(resource, stack)


def _database(resource: Resource, engine: _Engine, stack: Stack) -> Database:
    members = _members(resource, stack)
    provider = engine.provider
    if resource.get(_CAPACITY) is not None and provider == "aurora":
        provider = "aurora-serverless-v2"
    reserve = reserved(provider, engine.family)
    return Database(
        at=resource.at,
        name=resource.name,
        family=engine.family,
        provider=provider,
        max_connections=_limit(resource, members, engine.family, provider, stack),
        reserved=Known(0, Documented(provider, "", certain=False))
        if reserve is None
        else Known(reserve.value, Documented(provider, reserve.source[0])),
        hosts=_hosts(resource, members),
        port=port_of(resource, stack),
        version=_release(resource, stack),
        idle_timeout=_parameter(resource, members, "wait_timeout", stack)
        if engine.family == "mysql"
        else None,
        scope=stack.scope,
    )


def _members(cluster: Resource, stack: Stack) -> tuple[Resource, ...]:
    """The instances of a cluster; none for an instance on its own."""
    return tuple(
        each
        for each in stack.of_type(INSTANCE)
        if cluster.type == CLUSTER and reference(each.get("DBClusterIdentifier"), stack) == cluster
    )


def _hosts(resource: Resource, members: tuple[Resource, ...]) -> tuple[str, ...]:
    """The writer's names. Readers are other servers, unless the cluster has one instance for both."""
    own = [f"{resource.name}.Endpoint.Address"]
    if resource.type == CLUSTER and len(members) <= 1:
        own.append(f"{resource.name}.ReadEndpoint.Address")
        own += [f"{each.name}.Endpoint.Address" for each in members]
    return tuple(own)


def _limit(
    resource: Resource, members: tuple[Resource, ...], family: str, provider: str, stack: Stack
) -> Value:
    given = _parameter(resource, members, "max_connections", stack)
    if given is not None:
        return given
    if provider == "aurora-serverless-v2":
        least = integer(resource.get(_CAPACITY, "MinCapacity"), stack)
        capacity = resource.get(_CAPACITY, "MaxCapacity")
        size = None if capacity is None else string(capacity, stack)
        scale = None if least is None else likely_bounds(least).least
    else:
        holder = members[0] if members else resource
        node = holder.get("DBInstanceClass") or holder.get("DBClusterInstanceClass")
        size, scale = None if node is None else string(node, stack), None
    unknown = Unknown(f"the size of {resource.name} is not in the files", resource.at)
    if size is None:
        return unknown
    return mapped(size, lambda known: _documented(provider, family, known, scale), "max_connections of")


def _documented(provider: str, family: str, size: Known, least: float | None) -> Value:
    limit = connection_limit(provider, family, str(size.value), least_scale=least)
    if limit is None:
        return Unknown(f"the limit of {str(size.value)[:40]} is not documented", size.origin)
    certain = limit.lower == limit.upper and limit.confidence == "high"
    origin = Documented(f"{provider} {size.value}", limit.source[0], certain)
    return one_of(Alternative(Known(number, origin)) for number in (limit.lower, limit.upper))


def _parameter(resource: Resource, members: tuple[Resource, ...], name: str, stack: Stack) -> Value | None:
    """What a parameter group of the instance, or else of the cluster, sets."""
    for holder in (*members, resource):
        for key in ("DBParameterGroupName", "DBClusterParameterGroupName"):
            node = holder.get(key)
            group = reference(node, stack)
            parameters = None if group is None else group.get("Parameters")
            found = integer(nodes.get(parameters, name), stack)
            if found is not None:
                return found
            if node is not None and group is None:
                owner = text(node, stack) or "a parameter group"
                if not owner.startswith("default."):
                    return Unknown(
                        f"{name} may be set by {owner[:60]}, which is not in the template", node.at
                    )
    return None


def _release(resource: Resource, stack: Stack) -> Release:
    node = resource.get("EngineVersion")
    try:
        return UNKNOWN_RELEASE if node is None else Release(version_key(text(node, stack) or ""), node.at)
    except ValueError:
        return UNKNOWN_RELEASE


# --- proxies ---


def _proxy(proxy: Resource, stack: Stack) -> Pooler:
    product = products()[PROXY]
    origin = Documented(product.title, product.source[0])
    groups = [each for each in stack.of_type("AWS::RDS::DBProxyTargetGroup") if _is_of(each, proxy, stack)]
    endpoints = [each for each in stack.of_type("AWS::RDS::DBProxyEndpoint") if _is_of(each, proxy, stack)]
    settings = [
        Argument(theirs, value, node.at)
        for group in groups
        for ours, theirs in _PROXY_SETTINGS.items()
        if (node := group.get("ConnectionPoolConfigurationInfo", ours)) is not None
        and (value := integer(node, stack)) is not None
    ]
    idle = integer(node := proxy.get("IdleClientTimeout"), stack)
    if idle is not None and node is not None:
        settings.append(Argument("client_idle_timeout", idle, node.at))
    return Pooler(
        at=proxy.at,
        product=PROXY,
        name=proxy.name,
        version=UNKNOWN_RELEASE,
        mode=Unknown(f"{product.title} pins a client to its connection where it must", origin),
        instances=Known(1, origin),
        hosts=(f"{proxy.name}.Endpoint", *(f"{each.name}.Endpoint" for each in endpoints)),
        port=port_of(proxy, stack),
        settings=tuple(settings),
        routes=tuple(_route(group, stack) for group in groups),
        scope=stack.scope,
    )


def _is_of(resource: Resource, proxy: Resource, stack: Stack) -> bool:
    name = resource.get("DBProxyName")
    own = text(proxy.get("DBProxyName"), stack)
    return reference(name, stack) == proxy or (own is not None and text(name, stack) == own)


def _route(group: Resource, stack: Stack) -> Route:
    node = group.get("DBClusterIdentifiers", 0) or group.get("DBInstanceIdentifiers", 0)
    target = reference(node, stack)
    unknown = Unknown("the target of the proxy is not in the template", group.at)
    known = target is not None and target.type in (INSTANCE, CLUSTER)
    return Route(
        name="*",
        host=Known(f"{target.name}.Endpoint.Address", group.at) if target is not None and known else unknown,
        port=port_of(target, stack) if target is not None and known else unknown,
        database=Unknown("the one that the client asks for", group.at),
        at=group.at,
    )
