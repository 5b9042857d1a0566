"""Which objects there are, in which environment, and what the names of Services lead to."""

import json
import subprocess
import sys
from collections.abc import Callable, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from poollint.facts import Address, Fact, Workload
from poollint.manifests.formats import KUBERNETES as READER
from poollint.manifests.kubernetes.objects import scope_of, wanted
from poollint.manifests.yamls import TEMPLATE
from poollint.source import Skipped, SourceFile, Span

Read = Callable[[str], list[Fact | Skipped]]
ReadFiles = Callable[[Mapping[str, str]], list[Fact | Skipped]]

POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: %s}\nspec: {containers: [{image: i}]}\n"
MULTI = POD % "a" + "---\n" + POD % "b"
JSON_POD = json.dumps(
    {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "j"}, "spec": {"containers": [{"image": "i"}]}}
)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        pytest.param(POD % "a", ["a"], id="one"),
        pytest.param(MULTI, ["a", "b"], id="two documents"),
        pytest.param("---\n" + MULTI, ["a", "b"], id="dashes first"),
        pytest.param(JSON_POD, ["j"], id="JSON"),
        pytest.param("--- " + JSON_POD, ["j"], id="JSON behind dashes"),
        pytest.param(
            json.dumps({"kind": "List", "apiVersion": "v1", "items": [json.loads(JSON_POD)]}),
            ["j"],
            id="list in JSON",
        ),
        pytest.param(
            "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Pod, metadata: {name: l},"
            " spec: {containers: [{image: i}]}}\n- {apiVersion: v1, kind: Node, metadata: {name: n}}\n- x\n",
            ["l"],
            id="list",
        ),
        pytest.param('"kind": "Pod"\n' + (POD % "q").replace("kind: Pod\n", ""), ["q"], id="quoted key"),
        pytest.param((POD % "q").replace("Pod\n", "'Pod' # c\n"), ["q"], id="quoted kind"),
        pytest.param("  " + (POD % "i").replace("\n", "\n  "), ["i"], id="indented root"),
        pytest.param((POD % "x").replace("name:", "generateName:"), ["x"], id="generated name"),
        pytest.param((POD % "x").replace("{name: x}", "{}"), [], id="no name"),
        pytest.param((POD % "x").replace("Pod", "Unknown"), [], id="another kind"),
        pytest.param((POD % "x").replace("Pod", "Cluster"), [], id="a kind of another vendor"),
        pytest.param((POD % "x").replace("apiVersion", "version"), [], id="no manifest"),
        pytest.param("# kind: Pod\n# apiVersion: v1\nkinds: x\n", [], id="comment"),
        pytest.param("# apiVersion\n---\n# kind\n", [], id="comments alone"),
        pytest.param("apiVersion: v1\nkind:\n  a: b\n", [], id="kind that is no text"),
        pytest.param("{apiVersion: v1, 'kind': 'Pod'}\n", [], id="empty pod"),
        pytest.param("'apiVersion': {}\n'kind': {type: 'Pod'}\n", [], id="schema"),
    ],
)
def test_objects(read: Read, text: str, names: list[str]) -> None:
    found = read(text)
    assert [fact.name for fact in found if isinstance(fact, Workload)] == names
    assert not [fact for fact in found if isinstance(fact, Skipped)]


def test_place_is_the_first_line(read: Read) -> None:
    (first, second) = [fact for fact in read(MULTI) if isinstance(fact, Workload)]
    assert first.at == Span("k8s/api.yaml", 1, 1, 1, 15)
    assert second.at.line == 6
    unusual = "metadata:\n  name: x\n" + (POD % "x").replace("metadata: {name: x}\n", "")
    (odd,) = [fact for fact in read(unusual) if isinstance(fact, Workload)]
    assert odd.at == Span("k8s/api.yaml", 1, 1, 1, 2)


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        pytest.param(
            "apiVersion: v1\nkind: Pod\nmetadata: {{ x }}\n---\nkind: Pod\napiVersion: {{ y }}\n",
            3,
            TEMPLATE,
            id="a chart, reported once",
        ),
        pytest.param((POD % "'{{ x }}'"), 1, TEMPLATE, id="a quoted name"),
        pytest.param("apiVersion: v1\nkind: {{ x }}\n", 2, TEMPLATE, id="templated kind"),
        pytest.param(
            "apiVersion: v1\nkind: Pod\nmetadata: [\n",
            4,
            "not valid YAML: did not find expected node content",
            id="broken",
        ),
        pytest.param(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {replicas: 4}\n",
            1,
            "Deployment a is not whole here: a patch of another one",
            id="patch",
        ),
        pytest.param(
            (POD % "a") + "spec: {containers: [{image: i}]}\n",
            4,
            "the key spec stands again in line 5, and the last one counts",
            id="key that stands twice",
        ),
    ],
)
def test_skipped(read: Read, text: str, line: int, why: str) -> None:
    (skipped,) = [fact for fact in read(text) if isinstance(fact, Skipped)]
    assert (skipped.at.line, skipped.why) == (line, why)


@pytest.mark.parametrize(
    ("path", "scope"),
    [
        pytest.param("api.yaml", "", id="root"),
        pytest.param("<stdin>", "", id="standard input"),
        pytest.param("k8s/api.yaml", "k8s", id="tree"),
        pytest.param("k8s/api/deployment.yaml", "k8s", id="sibling folders belong together"),
        pytest.param("deploy/k8s/api/x.yaml", "deploy/k8s", id="the tree has a name"),
        pytest.param("app/deploy/api/x.yaml", "app/deploy", id="a tree of a broader name"),
        pytest.param("services/api/x.yaml", "services", id="top folder"),
        pytest.param("k8s/base/x.yaml", "k8s/base", id="base"),
        pytest.param("k8s/overlays/eu/x.yaml", "k8s/overlays/eu", id="overlay"),
        pytest.param("k8s/overlays/eu/patches/x.yaml", "k8s/overlays/eu", id="folder in an overlay"),
        pytest.param("k8s/overlays/x.yaml", "k8s", id="beside overlays"),
        pytest.param("envs/prod/api/x.yaml", "envs/prod", id="environment"),
        pytest.param("k8s/api/Production/x.yaml", "k8s/api/Production", id="stage"),
        pytest.param("envs/prod/base/x.yaml", "envs/prod/base", id="innermost"),
        pytest.param("clusters/a/apps/x.yaml", "clusters/a", id="cluster"),
    ],
)
def test_scope(path: str, scope: str) -> None:
    assert scope_of(path) == scope


def test_what_stands_twice_is_another_environment(read_files: ReadFiles) -> None:
    found = read_files({"k8s/a.yaml": POD % "a", "k8s/a-prod.yaml": POD % "a", "k8s/b.yaml": POD % "b"})
    assert {fact.at.path: fact.scope for fact in found if isinstance(fact, Workload)} == {
        "k8s/a.yaml": "k8s",
        "k8s/a-prod.yaml": "k8s/a-prod.yaml",
        "k8s/b.yaml": "k8s",
    }


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        pytest.param("a/b.yaml", True, id="yaml"),
        pytest.param("a/b.yml", True, id="yml"),
        pytest.param("a/b.json", True, id="json"),
        pytest.param("<stdin>", True, id="standard input"),
        pytest.param("a/b.py", False, id="python"),
        pytest.param("a/yaml", False, id="no suffix"),
    ],
)
def test_wants(path: str, *, expected: bool) -> None:
    assert READER.wants(path) is expected


def test_crds_are_not_parsed() -> None:
    assert not wanted(
        "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nspec: {kind: Pod}\n"
    )


SERVICE = "apiVersion: v1\nkind: Service\nmetadata: {name: db%s}\nspec: {%s}\n"
AT = Span("k8s/api.yaml", 1, 1, 1, 15)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            SERVICE % ("", "selector: {app: db, tier: 1}"),
            [Address(AT, ("db",), (("app", "db"), ("tier", "1")), "k8s")],
            id="selector",
        ),
        pytest.param(
            SERVICE % (", namespace: shop", "selector: {app: db}"),
            [
                Address(
                    AT, ("db", "db.shop", "db.shop.svc", "db.shop.svc.cluster.local"), (("app", "db"),), "k8s"
                )
            ],
            id="namespace",
        ),
        pytest.param(
            SERVICE % ("", "type: ExternalName, externalName: db.example.com, selector: {app: db}"),
            [Address(AT, ("db",), (), "k8s", "db.example.com")],
            id="alias",
        ),
        pytest.param(SERVICE % ("", "type: ExternalName"), [], id="alias of nothing"),
        pytest.param(SERVICE % ("", "ports: [{port: 5432}]"), [], id="no selector"),
    ],
)
def test_services(read: Read, text: str, expected: list[Address]) -> None:
    assert read(text) == expected


CHANGES = ["", " ", "\n", "- ", "{", "}", "[]", ": ", "&a ", "*a", "~", "{{", "<<", "0x", "$("]
MANIFEST = MULTI + "---\n" + SERVICE % ("", "selector: {app: db}")


@given(st.data())
def test_any_change_of_a_manifest_is_read_or_skipped(data: st.DataObject) -> None:
    text = MANIFEST
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(start, min(len(text), start + 12)))
        new = data.draw(
            st.sampled_from(
                ["", " ", "\n", "- ", "{", "}", "[]", ": ", "&a ", "*a", "~", "{{", "<<", "0x", "$("]
            )
        )
        text = text[:start] + new + text[end:]
    found = list(READER.read([SourceFile("a.yaml", text)], lambda _path: None))
    assert all(isinstance(fact, Workload | Address | Skipped) for fact in found)
    assert len(found) <= 20


KEYS = [
    "name",
    "value",
    "valueFrom",
    "env",
    "envFrom",
    "configMapRef",
    "secretKeyRef",
    "image",
    "command",
    "args",
    "containers",
    "initContainers",
    "spec",
    "template",
    "replicas",
    "strategy",
    "rollingUpdate",
    "maxSurge",
    "annotations",
    "labels",
    "selector",
    "data",
    "pgbouncer",
    "proxy",
    "pgBouncer",
    "parameters",
    "postgresql",
    "max_connections",
    "connectionPooler",
    "scaleTargetRef",
    "maxReplicas",
    "jobTemplate",
    "containerConcurrency",
]
SHAPE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from(["Pod", "9%", "${A}"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4),
    max_leaves=12,
)
ROOTS = [
    "v1:Pod",
    "apps/v1:Deployment",
    "batch/v1:CronJob",
    "v1:Service",
    "v1:ConfigMap",
    "serving.knative.dev/v1:Service",
    "postgresql.cnpg.io/v1:Pooler",
    "postgresql.cnpg.io/v1:Cluster",
    "acid.zalan.do/v1:postgresql",
    "v1:Template",
    "postgres-operator.crunchydata.com/v1beta1:PostgresCluster",
    "argoproj.io/v1alpha1:Rollout",
    "keda.sh/v1alpha1:ScaledObject",
]


@given(st.sampled_from(ROOTS), SHAPE, SHAPE)
def test_any_shape_of_an_object_is_read_or_skipped(root: str, spec: object, metadata: object) -> None:
    version, kind = root.split(":")
    named = {"name": "x", "labels": metadata, "annotations": metadata}
    manifest = {"apiVersion": version, "kind": kind, "metadata": named, "spec": spec, "data": spec}
    manifest |= {"objects": [spec], "parameters": metadata}
    file = SourceFile("a.yaml", json.dumps(manifest))
    for fact in READER.read([file], lambda _path: None):
        assert hash(fact) is not None


DEPLOYMENT = (
    "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\n"
    "spec: {%stemplate: {spec: {containers: [{image: i}]}}}\n"
)


@pytest.mark.parametrize(
    ("path", "selector", "whole"),
    [
        pytest.param("k8s/a.yaml", "", True, id="a short one"),
        pytest.param("k8s/overlays/prod/a.yaml", "selector: {}, ", True, id="a new one in an overlay"),
        pytest.param("k8s/overlays/prod/a.yaml", "", False, id="patch in an overlay"),
        pytest.param("k8s/replicas-patch.yaml", "", False, id="patch by its name"),
    ],
)
def test_patches(read_files: ReadFiles, path: str, selector: str, *, whole: bool) -> None:
    (found,) = read_files({path: DEPLOYMENT % selector})
    assert isinstance(found, Workload) is whole


def test_a_rollout_of_what_has_no_pods_is_a_patch(read: Read) -> None:
    config = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n---\n"
    rollout = "apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: {name: a}\n"
    (found,) = read(config + rollout + "spec: {workloadRef: {kind: ConfigMap, name: c}}\n")
    assert isinstance(found, Skipped)


def test_the_reader_costs_no_yaml_before_it_reads() -> None:
    code = (
        "import sys, poollint.manifests.kubernetes as k; list(k.read([], lambda p: None));"
        " print(sorted({'yaml', 'libcst', 'sqlalchemy'} & sys.modules.keys()))"
    )
    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert found.stdout == "[]\n"
