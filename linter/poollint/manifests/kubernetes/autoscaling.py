"""How many pods: replicas, autoscalers, and how many more during a rollout."""

from poollint.facts import Pods
from poollint.manifests import nodes
from poollint.manifests.defaults import default
from poollint.manifests.kubernetes import templates
from poollint.manifests.kubernetes.cluster import Cluster
from poollint.manifests.kubernetes.counts import number, whole
from poollint.manifests.kubernetes.objects import Object
from poollint.values import Alternative, Known, Unknown, Value, mapped, one_of, origin_of

_REPLICAS = {
    "Deployment": ("kubernetes-deployment-replicas", "Kubernetes"),
    "DeploymentConfig": ("openshift-deploymentconfig-replicas", "OpenShift"),
    "Rollout": ("argo-rollouts-replicas", "Argo Rollouts"),
    "StatefulSet": ("kubernetes-statefulset-replicas", "Kubernetes"),
}
"""The default of `replicas` by kind; ReplicaSets are as Deployments."""


def pods_of(owner: Object, cluster: Cluster) -> Pods:
    """The copies of a workload.

    An autoscaler's maximum beats `replicas`. `surge` counts the pods on top at the maximum.
    """
    match owner.kind:
        case "Pod":
            return Pods(Known(1, owner.at), Known(1, owner.at), Known(0, owner.at))
        case "Job" | "CronJob":
            spec = nodes.get(
                owner.node, "spec", *(["jobTemplate", "spec"] if owner.kind == "CronJob" else [])
            )
            if owner.group == "run.googleapis.com":
                spec = nodes.get(spec, "template", "spec")
            parallel = number(nodes.get(spec, "parallelism"), owner, default("kubernetes-job-parallelism"))
            return Pods(Known(0, owner.at), parallel, Known(0, owner.at))
        case "ScaledJob":
            most = nodes.get(owner.node, "spec", "maxReplicaCount")
            maximum = number(most, owner, default("keda-max-replicas", "KEDA"))
            return Pods(Known(0, owner.at), maximum, Known(0, owner.at))
        case "DaemonSet":
            nodes_unknown = Unknown(
                "a pod on each node, and the files do not say how many there are", owner.at
            )
            return Pods(nodes_unknown, nodes_unknown, Known(0, owner.at))
        case _:
            minimum, maximum = _scaled(owner, cluster)
            return Pods(minimum, maximum, surge(owner, maximum))


def _scaled(owner: Object, cluster: Cluster) -> tuple[Value, Value]:
    ranges = [_range(scaler) for scaler in cluster.targeting(owner)]
    if not ranges:
        replicas = nodes.get(owner.node, "spec", "replicas")
        count = number(replicas, owner, default(*_REPLICAS.get(owner.kind, _REPLICAS["Deployment"])))
        return count, count
    return (
        one_of(Alternative(minimum) for minimum, _ in ranges),
        one_of(Alternative(maximum) for _, maximum in ranges),
    )


def _range(scaler: Object) -> tuple[Value, Value]:
    spec = nodes.get(scaler.node, "spec")
    if scaler.kind == "ScaledObject":
        least = number(nodes.get(spec, "minReplicaCount"), scaler, default("keda-min-replicas", "KEDA"))
        most = number(nodes.get(spec, "maxReplicaCount"), scaler, default("keda-max-replicas", "KEDA"))
        return least, most
    least = number(nodes.get(spec, "minReplicas"), scaler, default("kubernetes-hpa-min-replicas"))
    missing = Unknown("the autoscaler has no maxReplicas", scaler.at)
    return least, number(nodes.get(spec, "maxReplicas"), scaler, missing)


def surge(owner: Object, maximum: Value) -> Value:
    """How many pods a rollout adds at most, when `maximum` run.

    A blue-green rollout runs the new version beside the old one until it switches: twice the pods.
    """
    spec = nodes.get(owner.node, "spec")
    match owner.kind:
        case "Deployment":
            strategy = nodes.get(spec, "strategy")
            kind, most = nodes.get(strategy, "type"), nodes.get(strategy, "rollingUpdate", "maxSurge")
            otherwise = default("kubernetes-max-surge")
        case "DeploymentConfig":
            strategy = nodes.get(spec, "strategy")
            kind, most = nodes.get(strategy, "type"), nodes.get(strategy, "rollingParams", "maxSurge")
            otherwise = _openshift_surge(nodes.get(strategy, "rollingParams", "maxUnavailable"))
        case "Rollout":
            if (twice := nodes.get(spec, "strategy", "blueGreen")) is not None:
                return mapped(maximum, lambda known: Known(known.value, twice.at), "previewed pods")
            kind, most = None, nodes.get(spec, "strategy", "canary", "maxSurge")
            otherwise = default("argo-rollouts-max-surge", "Argo Rollouts")
        case _:
            return Known(0, owner.at)
    if kind is not None and nodes.text(kind) in ("Recreate", "Custom"):
        return Known(0, kind.at)
    if most is None:
        return share(maximum, otherwise)
    return _counted(maximum, templates.value(most, owner.parameters))


def _openshift_surge(unavailable: nodes.Node | None) -> Known:
    """OpenShift fills in its default unless `maxUnavailable` alone is given, and not 0."""
    text = nodes.text(unavailable)
    if unavailable is None or text is None or text.removesuffix("%") == "0":
        return default("openshift-max-surge", "OpenShift")
    return Known(0, unavailable.at)


def share(maximum: Value, percent: Known) -> Value:
    """A part of the maximum in percent as pods, rounded up."""
    part = int(percent.value) if isinstance(percent.value, int) else 0
    return mapped(
        maximum,
        lambda known: (
            Known(-(-known.value * part // 100), percent.origin)
            if isinstance(known.value, int)
            else Unknown("no number of pods", known.origin)
        ),
        f"{part} %",
    )


def _counted(maximum: Value, most: Value) -> Value:
    """`maxSurge` as pods: a number, or a percentage of the maximum, rounded up."""
    if not isinstance(most, Known):
        return most if isinstance(most, Unknown) else Unknown("maxSurge is a parameter", origin_of(most))
    amount = most.value
    if isinstance(amount, str) and amount.endswith("%") and amount[:-1].isdecimal() and len(amount) <= 7:  # noqa: PLR2004
        return share(maximum, Known(int(amount[:-1]), most.origin))
    return whole(most)
