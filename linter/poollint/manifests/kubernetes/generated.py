"""Secrets that operators write: they are in no file, but their keys are documented.

- CloudNativePG: `<cluster>-app` and `<cluster>-superuser`, both for the service `<cluster>-rw`
  (documentation, "Connecting from an application").
- Crunchy: `<cluster>-pguser-<user>`, with keys for the service `<cluster>-primary` and, with the
  prefix `pgbouncer-`, for `<cluster>-pgbouncer` (documentation, "Connect to a Postgres cluster").
"""

from poollint.manifests import nodes
from poollint.manifests.kubernetes import templates
from poollint.manifests.kubernetes.cluster import Cluster
from poollint.manifests.kubernetes.objects import Object
from poollint.values import Known, Text, Unknown, Value

_PORT = "5432"


def secret(name: str, key: str, seen_from: Object, cluster: Cluster) -> Value | None:
    """What an operator writes under a key of a Secret; None if no resource in the files makes it."""
    for suffix in ("-app", "-superuser"):
        for owner in cluster.named("Cluster", name.removesuffix(suffix), seen_from):
            if name.endswith(suffix):
                given = nodes.get(owner.node, "spec", "bootstrap", "initdb", "database")
                database = templates.text(given, owner.parameters) or "app"
                return _value(key, f"{owner.name}-rw", database if suffix == "-app" else None, owner, name)
    prefix, found, _ = name.rpartition("-pguser-")
    for owner in cluster.named("PostgresCluster", prefix, seen_from) if found else ():
        plain = key.removeprefix("pgbouncer-")
        service = f"{owner.name}-{'primary' if plain == key else 'pgbouncer'}"
        return _value(plain, service, None, owner, name)
    return None


def _value(key: str, host: str, database: str | None, owner: Object, secret_name: str) -> Value:
    if owner.namespace is not None:
        host = f"{host}.{owner.namespace}.svc"
    unknown = Unknown(f"from Secret {secret_name}/{key}", owner.at)
    match key:
        case "host":
            return Known(host, owner.at)
        case "port":
            return Known(_PORT, owner.at)
        case "dbname" if database is not None:
            return Known(database, owner.at)
        case "uri":
            name = unknown if database is None else database
            return Text(("postgresql://", unknown, f":***@{host}:{_PORT}/", name), owner.at)
        case _:
            return unknown
