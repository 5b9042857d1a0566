"""Knative Services, which are Cloud Run's too -> `Workload`: how far one scales, and what it does at once."""

from collections.abc import Iterator

from poollint.catalogue.platforms import Runtime, runtime
from poollint.facts import Address, Pods, Workload
from poollint.manifests import nodes
from poollint.manifests.defaults import default, origin
from poollint.manifests.kubernetes import templates
from poollint.manifests.kubernetes.cluster import Cluster
from poollint.manifests.kubernetes.counts import number, number_in_text
from poollint.manifests.kubernetes.objects import Object
from poollint.manifests.kubernetes.workloads import containers, labels
from poollint.source import Skipped
from poollint.values import Default, Known, Unknown, Value

_GROUP = "serving.knative.dev"
_MAXIMUM = (
    "autoscaling.knative.dev/maxScale",
    "autoscaling.knative.dev/max-scale",
    "run.googleapis.com/maxScale",
)
_MINIMUM = (
    "autoscaling.knative.dev/minScale",
    "autoscaling.knative.dev/min-scale",
    "run.googleapis.com/minScale",
)
_CLOUD_SQL = "run.googleapis.com/cloudsql-instances"


def services(cluster: Cluster) -> Iterator[Workload | Address | Skipped]:
    """Every Service of Knative or Cloud Run, and the sockets of Cloud SQL that it has."""
    for each in cluster.of_kind("Service"):
        if each.group == _GROUP:
            yield _workload(each, cluster)
            yield from _sockets(each)


def _annotation(owner: Object, *names: str) -> nodes.Node | None:
    """An annotation of the revision, else of the service: whichever name has one."""
    for path in (("spec", "template", "metadata"), ("metadata",)):
        for name in names:
            found = nodes.get(owner.node, *path, "annotations", name)
            if found is not None:
                return found
    return None


def _is_cloud_run(owner: Object) -> bool:
    fields = (
        ("metadata", "annotations"),
        ("metadata", "labels"),
        ("spec", "template", "metadata", "annotations"),
    )
    keys = [entry.key for path in fields for entry in nodes.entries(nodes.get(owner.node, *path))]
    return any(key.partition("/")[0] in ("run.googleapis.com", "cloud.googleapis.com") for key in keys)


def _workload(owner: Object, cluster: Cluster) -> Workload | Skipped:
    template = nodes.get(owner.node, "spec", "template")
    spec = nodes.get(template, "spec")
    found = tuple(containers(spec, owner, cluster))
    if not found:
        return Skipped(
            owner.at, f"Service {owner.name} is not whole here: a patch of another one", expected=True
        )
    platform = "cloud-run" if _is_cloud_run(owner) else "knative"
    documented = runtime(platform)
    return Workload(
        at=owner.at,
        platform=platform,
        kind="Service",
        name=owner.name,
        pods=Pods(
            number_in_text(
                _annotation(owner, *_MINIMUM), owner, default(f"{platform}-min-instances", documented.title)
            ),
            _maximum(owner, documented),
            Unknown("a new revision starts beside the old one, within bounds of its own", owner.at),
        ),
        containers=found,
        namespace=owner.namespace,
        scope=owner.scope,
        labels=labels(nodes.get(template, "metadata", "labels"), owner),
        concurrency=_concurrency(nodes.get(spec, "containerConcurrency"), owner, documented),
        request_timeout=_seconds(nodes.get(spec, "timeoutSeconds"), owner),
    )


def _seconds(node: nodes.Node | None, owner: Object) -> Value | None:
    """A time of the manifest; None where it gives none."""
    return None if node is None or nodes.is_null(node) else number(node, owner, Known(0, node.at))


def _maximum(owner: Object, documented: Runtime) -> Value:
    """The most instances; a platform that documents no limit, or 0, has none."""
    usual = Known(documented.instances or 0, origin(documented, documented.title))
    most = number_in_text(_annotation(owner, *_MAXIMUM), owner, usual)
    unlimited = Unknown("nothing limits the number of instances", owner.at)
    return unlimited if isinstance(most, Known) and most.value == 0 else most


def _concurrency(node: nodes.Node | None, owner: Object, documented: Runtime) -> Value | None:
    """Requests at once in one instance; None without a limit, which 0 stands for."""
    # Cloud Run's depends on the tool that creates the service, so it is never certain.
    where = Default(documented.title, documented.source[0], certain=False)
    most = number(node, owner, Known(documented.concurrency or 0, where))
    return None if isinstance(most, Known) and most.value == 0 else most


def _sockets(owner: Object) -> Iterator[Address]:
    """The folders in which Cloud Run mounts Cloud SQL instances, as aliases of their connection names."""
    node = _annotation(owner, _CLOUD_SQL)
    names = templates.text(node, owner.parameters) or ""
    for name in filter(None, (part.strip() for part in names.split(","))):
        at = owner.at if node is None else node.at
        yield Address(at, (f"/cloudsql/{name}",), (), owner.scope, target=name)
