"""All objects of a project together, and how they find each other."""

from collections import defaultdict
from collections.abc import Iterable

from poollint.frozen import frozen
from poollint.manifests import nodes
from poollint.manifests.kubernetes import templates
from poollint.manifests.kubernetes.objects import Object


@frozen
class Cluster:
    """The objects by kind and, for those that are looked up, by kind and name."""

    everything: tuple[Object, ...]
    by_kind: dict[str, list[Object]]
    by_name: dict[tuple[str, str], list[Object]]
    scalers: dict[tuple[str, str], list[Object]]
    """Autoscalers by the kind and name of their target."""

    def of_kind(self, *kinds: str) -> tuple[Object, ...]:
        """All objects of these kinds, in the order of files."""
        return tuple(each for kind in kinds for each in self.by_kind.get(kind, ()))

    def named(self, kind: str, name: str, seen_from: Object) -> tuple[Object, ...]:
        """What a reference means: the object in the same file, scope, or nearest scope around it.

        Several are alternatives that the files do not decide between. A namespace that is not given
        fits any other.
        """
        return _nearest(self.by_name.get((kind, name), ()), seen_from)

    def targeting(self, workload: Object) -> tuple[Object, ...]:
        """The autoscalers of a workload; several are alternatives."""
        scalers = self.scalers.get((workload.kind, workload.name), ())
        return _nearest(scalers, workload)


def cluster(found: Iterable[Object]) -> Cluster:
    """The objects, indexed."""
    everything = tuple(found)
    by_kind: dict[str, list[Object]] = defaultdict(list)
    by_name: dict[tuple[str, str], list[Object]] = defaultdict(list)
    scalers: dict[tuple[str, str], list[Object]] = defaultdict(list)
    for each in everything:
        by_kind[each.kind].append(each)
        by_name[each.kind, each.name].append(each)
        if each.kind in ("HorizontalPodAutoscaler", "ScaledObject"):
            target = nodes.get(each.node, "spec", "scaleTargetRef")
            kind = nodes.text(nodes.get(target, "kind")) or "Deployment"
            scalers[kind, templates.text(nodes.get(target, "name"), each.parameters) or ""].append(each)
    return Cluster(everything, by_kind, by_name, scalers)


def _nearest(candidates: Iterable[Object], seen_from: Object) -> tuple[Object, ...]:
    fitting = [
        each
        for each in candidates
        if _is_around(each.scope, seen_from.scope) and _same_namespace(each, seen_from)
    ]
    own = tuple(each for each in fitting if each.at.path == seen_from.at.path)
    nearest = max((len(each.scope) for each in fitting), default=0)
    return own or tuple(each for each in fitting if len(each.scope) == nearest)


def _is_around(outer: str, inner: str) -> bool:
    return outer in ("", inner) or inner.startswith(f"{outer}/")


def _same_namespace(one: Object, other: Object) -> bool:
    return one.namespace is None or other.namespace is None or one.namespace == other.namespace
