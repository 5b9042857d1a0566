"""Objects that run pods -> `Workload`."""

from collections.abc import Iterator
from dataclasses import replace

from poollint.facts import Command, Container, Workload
from poollint.manifests import nodes
from poollint.manifests.kubernetes import autoscaling, templates
from poollint.manifests.kubernetes.cluster import Cluster
from poollint.manifests.kubernetes.environment import environment
from poollint.manifests.kubernetes.objects import Object
from poollint.manifests.kubernetes.volumes import mounts
from poollint.source import Skipped
from poollint.values import Known, Unknown, Value

_POD_TEMPLATE = {
    "CronJob": ("spec", "jobTemplate", "spec", "template"),
    "DaemonSet": ("spec", "template"),
    "Deployment": ("spec", "template"),
    "DeploymentConfig": ("spec", "template"),
    "Job": ("spec", "template"),
    "Pod": (),
    "ReplicaSet": ("spec", "template"),
    "ReplicationController": ("spec", "template"),
    "Rollout": ("spec", "template"),
    "ScaledJob": ("spec", "jobTargetRef", "template"),
    "StatefulSet": ("spec", "template"),
}
_CLOUD_RUN = "run.googleapis.com"
_ONE_SHOT = frozenset({"CronJob", "Job", "ScaledJob"})


def workloads(cluster: Cluster) -> Iterator[Workload | Skipped]:
    """Every workload of the cluster. A Deployment that a Rollout takes over is left to the Rollout."""
    taken = {id(target) for rollout in cluster.of_kind("Rollout") for target in _referenced(rollout, cluster)}
    for each in cluster.everything:
        if each.kind in _POD_TEMPLATE and id(each) not in taken:
            yield _workload(each, cluster)


def _referenced(rollout: Object, cluster: Cluster) -> tuple[Object, ...]:
    """What a Rollout with `workloadRef` takes its pods from."""
    reference = nodes.get(rollout.node, "spec", "workloadRef")
    name = templates.text(nodes.get(reference, "name"), rollout.parameters)
    kind = nodes.text(nodes.get(reference, "kind")) or "Deployment"
    return cluster.named(kind, name, rollout) if name and kind in _POD_TEMPLATE else ()


def _workload(owner: Object, cluster: Cluster) -> Workload | Skipped:
    source = owner
    if owner.kind == "Rollout":
        source = next(iter(_referenced(owner, cluster)), owner)
    template = nodes.get(source.node, *_POD_TEMPLATE[source.kind])
    if owner.group == _CLOUD_RUN:
        template = nodes.get(template, "spec", "template")  # of a task; the outer one is of an execution
    found = tuple(containers(nodes.get(template, "spec"), source, cluster))
    if not found or _is_patch(owner):
        why = f"{owner.kind} {owner.name} is not whole here: a patch of another one"
        return Skipped(owner.at, why, expected=True)
    return Workload(
        at=owner.at,
        platform="cloud-run" if owner.group == _CLOUD_RUN else "kubernetes",
        kind=owner.kind,
        name=owner.name,
        pods=autoscaling.pods_of(owner, cluster),
        containers=found,
        namespace=owner.namespace,
        scope=owner.scope,
        labels=labels(nodes.get(template, "metadata", "labels"), source),
        one_shot=_is_one_shot(owner, template),
    )


def _is_patch(owner: Object) -> bool:
    """Whether an overlay changes an object that stands elsewhere: it need not repeat the selector."""
    folders = f"/{owner.at.path}"
    in_overlay = "/overlays/" in folders or "patch" in folders
    return in_overlay and owner.group == "apps" and nodes.get(owner.node, "spec", "selector") is None


def _is_one_shot(owner: Object, template: nodes.Node | None) -> bool:
    hook = nodes.get(owner.node, "metadata", "annotations", "helm.sh/hook")
    ends = nodes.text(nodes.get(template, "spec", "restartPolicy")) in ("Never", "OnFailure")
    return owner.kind in _ONE_SHOT or hook is not None or (owner.kind == "Pod" and ends)


def labels(node: nodes.Node | None, owner: Object) -> tuple[tuple[str, str], ...]:
    """Labels or a selector as pairs, parameters filled in."""
    pairs = ((entry.key, templates.text(entry.node, owner.parameters)) for entry in nodes.entries(node))
    return tuple((key, text) for key, text in pairs if text is not None)


def containers(spec: nodes.Node | None, owner: Object, cluster: Cluster) -> Iterator[Container]:
    """The containers of a pod with an image, those that run before the others marked as `init`.

    A container without an image is a part of a patch: what it changes stands elsewhere.
    """
    for field in ("initContainers", "containers"):
        for node in nodes.items(nodes.get(spec, field)):
            image = nodes.get(node, "image")
            if image is not None:
                sidecar = nodes.text(nodes.get(node, "restartPolicy")) == "Always"
                before = field == "initContainers" and not sidecar
                found = container(node, image, owner, cluster, init=before)
                yield replace(found, mounts=tuple(mounts(node, spec, owner, cluster)))


def container(
    node: nodes.Node, image: nodes.Node, owner: Object, cluster: Cluster, *, init: bool
) -> Container:
    """One container; without `args` a `command` drops those of the image, too."""
    variables = environment(node, owner, cluster)
    command = _command(nodes.get(node, "command"), owner)
    arguments = _command(nodes.get(node, "args"), owner)
    if command is not None and arguments is None:
        arguments = Command((), shell=False, at=command.at)
    return Container(
        at=image.at,
        name=templates.text(nodes.get(node, "name"), owner.parameters) or "",
        image=_image(image, owner),
        entrypoint=command,
        command=arguments,
        environment=variables.variables,
        open_environment=variables.is_open,
        init=init,
    )


def _image(node: nodes.Node, owner: Object) -> Value:
    image = templates.string(node, owner.parameters)
    if owner.kind == "DeploymentConfig" and isinstance(image, Known) and not str(image.value).strip():
        return Unknown("set by an image change trigger", node.at)
    return image


def _command(node: nodes.Node | None, owner: Object) -> Command | None:
    """The words of `command` or `args`; references `$(NAME)` are left to who knows all variables."""
    words = tuple(templates.line(item, owner.parameters) for item in nodes.items(node))
    if node is None or not words:
        return None
    return Command(words, shell=False, at=node.at, places=nodes.places(node))
