"""Services -> the names under which pods are reached."""

from collections.abc import Iterator

from poollint.facts import Address
from poollint.manifests import nodes
from poollint.manifests.kubernetes import templates
from poollint.manifests.kubernetes.cluster import Cluster
from poollint.manifests.kubernetes.workloads import labels


def addresses(cluster: Cluster) -> Iterator[Address]:
    """Every Service that selects pods, and every alias (`ExternalName`) with the host it stands for."""
    for service in cluster.of_kind("Service"):
        if service.group:
            continue
        spec = nodes.get(service.node, "spec")
        selector = labels(nodes.get(spec, "selector"), service)
        target = ""
        if nodes.text(nodes.get(spec, "type")) == "ExternalName":
            target, selector = templates.text(nodes.get(spec, "externalName"), service.parameters) or "", ()
        if selector or target:
            names = hosts(service.name, service.namespace)
            yield Address(service.at, names, selector, service.scope, target)


def hosts(name: str, namespace: str | None) -> tuple[str, ...]:
    """The names of a Service: short, and in full as far as its namespace is known."""
    if namespace is None:
        return (name,)
    return (name, *(f"{name}.{namespace}{suffix}" for suffix in ("", ".svc", ".svc.cluster.local")))
