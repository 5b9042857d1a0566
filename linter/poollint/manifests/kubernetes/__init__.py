"""Kubernetes manifests and what extends them: OpenShift, Argo Rollouts, KEDA, Knative, operators."""

from collections.abc import Iterable, Iterator

from poollint.facts import Fact
from poollint.manifests.kubernetes import clowder, knative, operators, services, workloads
from poollint.manifests.kubernetes.cluster import Cluster, cluster
from poollint.manifests.kubernetes.objects import Object, objects
from poollint.reading import Lookup
from poollint.source import Skipped, SourceFile

__all__ = ["facts", "read"]


def read(files: Iterable[SourceFile], _lookup: Lookup) -> Iterator[Fact | Skipped]:
    """The facts of all manifests together, in the order of files."""
    found: list[Object] = []
    for each in objects(files):
        if isinstance(each, Skipped):
            yield each
        else:
            found.append(each)
    yield from facts(cluster(found))


def facts(together: Cluster) -> Iterator[Fact | Skipped]:
    """Workloads, addresses, databases and poolers of objects that belong together."""
    yield from workloads.workloads(together)
    yield from knative.services(together)
    yield from clowder.workloads(together)
    yield from services.addresses(together)
    yield from operators.servers(together)
