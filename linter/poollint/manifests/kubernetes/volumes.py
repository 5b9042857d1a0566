"""ConfigMaps that are mounted: each key is a file of the container."""

from collections.abc import Iterator

from poollint.manifests import nodes
from poollint.manifests.inside import path_of
from poollint.manifests.kubernetes import templates
from poollint.manifests.kubernetes.cluster import Cluster
from poollint.manifests.kubernetes.objects import Object


def mounts(
    container: nodes.Node, spec: nodes.Node | None, owner: Object, cluster: Cluster
) -> Iterator[tuple[str, str]]:
    """The texts of ConfigMaps in a container: where they stand and their path in it."""
    volumes = {nodes.text(nodes.get(each, "name")): each for each in nodes.items(nodes.get(spec, "volumes"))}
    for mount in nodes.items(nodes.get(container, "volumeMounts")):
        volume = volumes.get(nodes.text(nodes.get(mount, "name")))
        name = templates.text(nodes.get(volume, "configMap", "name"), owner.parameters)
        folder = templates.text(nodes.get(mount, "mountPath"), owner.parameters)
        if volume is not None and name and folder:
            below = nodes.text(nodes.get(mount, "subPath"))
            for each in cluster.named("ConfigMap", name, owner):
                yield from _files(each, volume, folder.rstrip("/"), below)


def _files(config: Object, volume: nodes.Node, folder: str, below: str | None) -> Iterator[tuple[str, str]]:
    """All keys, or those that the volume lists under their paths; with `subPath` the one of that path."""
    chosen = nodes.items(nodes.get(volume, "configMap", "items"))
    paths = {nodes.text(nodes.get(each, "key")): nodes.text(nodes.get(each, "path")) for each in chosen}
    for entry in nodes.entries(nodes.get(config.node, "data")):
        path = paths.get(entry.key) if chosen else entry.key
        is_block = isinstance(entry.node, nodes.Scalar) and entry.node.style == "|"
        if path is not None and is_block and below in (None, path):
            yield path_of(entry.node.at), f"{folder}/{path}" if below is None else folder
