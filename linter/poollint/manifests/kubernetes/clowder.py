"""Clowder's `ClowdApp`: one resource of which its operator makes Deployments and Jobs."""

from collections.abc import Iterator
from dataclasses import replace

from poollint.facts import Container, Pods, Workload
from poollint.manifests import nodes
from poollint.manifests.defaults import default
from poollint.manifests.kubernetes import autoscaling, templates
from poollint.manifests.kubernetes.cluster import Cluster
from poollint.manifests.kubernetes.counts import number
from poollint.manifests.kubernetes.objects import Object
from poollint.manifests.kubernetes.workloads import container, containers
from poollint.values import Known


def workloads(cluster: Cluster) -> Iterator[Workload]:
    """The deployments and jobs of every app. The operator hands them a file with the database in it,
    so what they are given is never all in the manifest."""
    for app in cluster.of_kind("ClowdApp"):
        for item in nodes.items(nodes.get(app.node, "spec", "deployments")):
            yield from _workload(item, app, cluster, "Deployment", _pods(item, app))
        for item in nodes.items(nodes.get(app.node, "spec", "jobs")):
            once = Pods(Known(0, item.at), default("kubernetes-job-parallelism"), Known(0, item.at))
            yield from _workload(item, app, cluster, "Job", once)


def _workload(item: nodes.Node, app: Object, cluster: Cluster, kind: str, pods: Pods) -> Iterator[Workload]:
    name, spec = nodes.get(item, "name"), nodes.get(item, "podSpec")
    found = tuple(_containers(spec, app, cluster))
    if name is None or not found:
        return
    yield Workload(
        at=name.at,
        platform="kubernetes",
        kind=kind,
        name=f"{app.name}-{templates.text(name, app.parameters)}",
        pods=pods,
        containers=found,
        namespace=app.namespace,
        scope=app.scope,
        one_shot=kind == "Job",
    )


def _containers(spec: nodes.Node | None, app: Object, cluster: Cluster) -> Iterator[Container]:
    """The `podSpec` is the container itself, with others in `initContainers` and `sidecars`."""
    image = nodes.get(spec, "image")
    if spec is None or image is None:
        return
    main = container(spec, image, app, cluster, init=False)
    for each in (*containers(spec, app, cluster), main):
        yield replace(each, open_environment=True)


def _pods(item: nodes.Node, app: Object) -> Pods:
    simple = nodes.get(item, "autoScalerSimple", "replicas")
    scaler = nodes.get(item, "autoScaler")
    one = default("kubernetes-deployment-replicas")
    if simple is not None:
        least, most = number(nodes.get(simple, "min"), app, one), number(nodes.get(simple, "max"), app, one)
    elif scaler is not None:
        least = number(nodes.get(scaler, "minReplicaCount"), app, one)
        most = number(nodes.get(scaler, "maxReplicaCount"), app, default("keda-max-replicas", "KEDA"))
    else:
        replicas = nodes.get(item, "replicas")
        least = most = number(nodes.get(item, "minReplicas") if replicas is None else replicas, app, one)
    return Pods(least, most, autoscaling.share(most, default("kubernetes-max-surge")))
