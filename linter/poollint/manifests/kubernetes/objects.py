"""Documents -> Kubernetes objects: which of them matter, what they are called, where they belong."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TypeAlias

from poollint.frozen import frozen
from poollint.manifests import nodes, yamls
from poollint.manifests.kubernetes import templates
from poollint.manifests.kubernetes.templates import Parameters
from poollint.source import Skipped, SourceFile, Span

KINDS = frozenset(
    {
        "ClowdApp", "Cluster", "ConfigMap", "CronJob", "DaemonSet", "Deployment", "DeploymentConfig",
        "HorizontalPodAutoscaler", "Job", "List", "Pod", "Pooler", "PostgresCluster", "ReplicaSet",
        "ReplicationController", "Rollout", "ScaledJob", "ScaledObject", "Secret", "Service", "StatefulSet",
        "Template", "postgresql",
    }
)  # fmt: skip
"""The kinds that say something about pools; `List` and `Template` hold others."""

_GROUPS = {
    "Cluster": "postgresql.cnpg.io",
    "Pooler": "postgresql.cnpg.io",
    "postgresql": "acid.zalan.do",
    "PostgresCluster": "postgres-operator.crunchydata.com",
    "Rollout": "argoproj.io",
    "ScaledObject": "keda.sh",
    "ScaledJob": "keda.sh",
    "ClowdApp": "cloud.redhat.com",
}
"""Kinds whose names several vendors use, with the group that is meant."""

_PARENTS = frozenset({"overlays", "envs", "environments", "env", "clusters", "stages"})
_STAGES = frozenset(
    {
        "base", "dev", "development", "test", "testing", "qa", "uat", "int", "integration", "stage",
        "staging", "preprod", "pre-prod", "preproduction", "prod", "production", "live", "sandbox",
        "demo", "local",
    }
)  # fmt: skip
_TREES = (
    frozenset({"k8s", "kubernetes", "kube", "manifests", "openshift", "knative"}),
    frozenset({"deploy", "deployment", "deployments", "infra", "infrastructure", "ops"}),
)

# Both begin with a word, for which Python searches fast.
_JSON_KIND = re.compile(r"""kind["']\s*:\s*["']?(\w+)""")
_JSON_VERSION = re.compile(r"""apiVersion["']?\s*:\s*["']?\w""")

_SHARED = frozenset({"ConfigMap", "Secret", "HorizontalPodAutoscaler", "ScaledObject"})
"""Kinds that others refer to: where one stands twice, the reference has alternatives."""

Identity: TypeAlias = tuple[str, str, str | None, str]


@frozen
class Object:
    """One object. `group` is the API group without its version, empty for the core.

    `name` and `namespace` have the defaults of template parameters filled in. `at` is its first line.
    """

    group: str
    kind: str
    name: str
    namespace: str | None
    scope: str
    node: nodes.Node
    at: Span
    parameters: Parameters


def objects(files: Iterable[SourceFile]) -> Iterator[Object | Skipped]:
    """Every object of the files that matters here, lists and templates opened.

    A workload or server that stands again in another file of its scope is meant for another
    environment, and a sum must not count it twice: its scope is then its file.
    """
    seen: dict[Identity, str] = {}
    for file in files:
        for found in _of_file(file):
            if isinstance(found, Object):
                key = (found.kind, found.name, found.namespace, found.scope)
                again = found.kind not in _SHARED and seen.setdefault(key, file.path) != file.path
                yield replace(found, scope=file.path) if again else found
            else:
                yield found


def _of_file(file: SourceFile) -> Iterator[Object | Skipped]:
    """The objects of a file; of a template with many documents only the first is reported."""
    scope = scope_of(file.path)
    is_template = False
    for document in yamls.documents(file, wanted):
        found = [document] if isinstance(document, Skipped) else _of_document(document, scope)
        for each in found:
            if not isinstance(each, Skipped) or each.why != yamls.TEMPLATE:
                yield each
            elif not is_template:
                is_template = True
                yield each


def _of_document(document: yamls.Document, scope: str) -> Iterator[Object | Skipped]:
    yield from document.notes
    yield from _opened(document.root, scope, {})


def _opened(node: nodes.Node, scope: str, parameters: Parameters) -> Iterator[Object | Skipped]:
    kind, group = _kind(node), _group(node)
    if kind == "List" or (kind == "Template" and group == "template.openshift.io"):
        inner = templates.parameters(nodes.get(node, "parameters")) if kind == "Template" else parameters
        for item in nodes.items(nodes.get(node, "items" if kind == "List" else "objects")):
            yield from _opened(item, scope, inner)
        return
    if kind not in KINDS or _GROUPS.get(kind, group) != group:
        return
    names = [nodes.get(node, "metadata", key) for key in ("name", "generateName", "namespace")]
    if any(isinstance(each, nodes.Scalar) and each.templated for each in names[:2]):
        yield Skipped(node.at, yamls.TEMPLATE, expected=True)
        return
    name, generated, namespace = (templates.text(each, parameters) for each in names)
    if isinstance(names[2], nodes.Scalar) and names[2].templated:
        namespace = None
    if name or generated:
        yield Object(
            group, kind, name or generated or "", namespace, scope, node, _first_line(node), parameters
        )


def _kind(node: nodes.Node) -> str:
    return nodes.text(nodes.get(node, "kind")) or ""


def _group(node: nodes.Node) -> str:
    version = nodes.text(nodes.get(node, "apiVersion")) or ""
    group = version.rpartition("/")[0]
    return "template.openshift.io" if version == "v1" and _kind(node) == "Template" else group


def _first_line(node: nodes.Node) -> Span:
    first = next(iter(nodes.entries(node)), None)
    if first is None or first.node.at.end_line != first.at.line:
        return Span(node.at.path, node.at.line, node.at.column, node.at.line, node.at.column + 1)
    return Span(node.at.path, first.at.line, first.at.column, first.at.line, first.node.at.end_column)


def wanted(chunk: str) -> bool:
    """Whether a document may be one of KINDS: by the root's `kind:`, without parsing.

    In JSON and below quoted keys the kind may stand anywhere; where the root is indented, the
    words alone let a document in.
    """
    if "apiVersion" not in chunk:
        return False
    start = 0 if chunk.startswith("kind:") else chunk.find("\nkind:") + 1
    if chunk.startswith("kind:", start):
        word = chunk[start + 5 : start + 80].split("\n", 1)[0].split(" #", 1)[0].strip().strip("\"'")
        return word in KINDS or "{{" in word
    if any(
        found[1] in KINDS and chunk[max(found.start() - 1, 0)] in "\"'"
        for found in _JSON_KIND.finditer(chunk)
    ):
        return _JSON_VERSION.search(chunk) is not None
    return "kind" in chunk and _root_is_indented(chunk)


def _root_is_indented(chunk: str) -> bool:
    lines = (line.removeprefix("---") for line in chunk.split("\n", 40)[:40] if not line.startswith("#"))
    return next((line for line in lines if line.strip()), "").startswith((" ", "\t"))


def scope_of(path: str) -> str:
    """The environment that a file belongs to, by the folders it lies in.

    The innermost folder below `overlays`, `envs`, `environments`... (`overlays/prod`) or named for a
    stage (`base`, `staging`, `prod`) is an environment of its own: a base and its overlays must not be
    summed up. Without one, all folders below the first `k8s`, `kubernetes`, `manifests`..., else
    `deploy`, `infra`..., else below the top folder, belong together.
    """
    folders = path.split("/")[:-1]
    for position in range(len(folders) - 1, -1, -1):
        inside = position > 0 and folders[position - 1].lower() in _PARENTS
        if inside or folders[position].lower() in _STAGES:
            return "/".join(folders[: position + 1])
    for names in _TREES:
        for position, folder in enumerate(folders):
            if folder.lower() in names:
                return "/".join(folders[: position + 1])
    return folders[0] if folders else ""
