"""The environment and the command of a container."""

from collections.abc import Callable, Mapping

import pytest

from poollint.facts import Command, Container, Fact, Workload
from poollint.source import Skipped, Span
from poollint.values import FromEnv, Known, OneOf, Text, Unknown, Value

Read = Callable[[str], list[Fact | Skipped]]
ReadFiles = Callable[[Mapping[str, str]], list[Fact | Skipped]]

CONFIG = """
apiVersion: v1
kind: ConfigMap
metadata: {name: config}
data:
  SIZE: "20"
  plain: 7
  "not a name!": x
  URL: postgresql://app:hunter2@db/shop
---
apiVersion: v1
kind: ConfigMap
metadata: {name: later}
data: {SIZE: "30", EXTRA: e}
---
apiVersion: v1
kind: Secret
metadata: {name: secret}
data: {PASSWORD: aHVudGVyMg==, ENCODED: eA==}
stringData:
  PASSWORD: hunter2
  DATABASE_URL: postgresql+asyncpg://app:hunter2@db:5432/shop
  SIZE: "40"
---
apiVersion: v1
kind: Secret
metadata: {name: filled-elsewhere}
---
"""


def pod(container: str) -> str:
    return (
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: api, namespace: shop}\nspec:\n"
        f"  template:\n    spec:\n      containers:\n      - {{name: a, image: shop:1, {container}}}\n"
    )


def container_of(found: list[Fact | Skipped]) -> Container:
    (container,) = [each for fact in found if isinstance(fact, Workload) for each in fact.containers]
    return container


def shown(value: Value) -> object:
    match value:
        case Known():
            return value.value
        case Unknown():
            return (value.why,)
        case OneOf():
            return {shown(each) for each in value.values}
        case Text():
            return [part if isinstance(part, str) else shown(part) for part in value.parts]
        case FromEnv():
            return value.variables
        case _:
            return value


@pytest.mark.parametrize(
    ("container", "expected", "is_open"),
    [
        pytest.param("env: []", {}, False, id="nothing"),
        pytest.param("env: [{name: A, value: '1'}]", {"A": "1"}, False, id="literal"),
        pytest.param("env: [{name: A, value: 1}]", {"A": "1"}, False, id="a number is a text"),
        pytest.param("env: [{name: A, value: on}]", {"A": "on"}, False, id="a switch is a text"),
        pytest.param("env: [{name: A}]", {"A": ""}, False, id="no value is an empty text"),
        pytest.param("env: [{value: x}, x]", {}, False, id="no name"),
        pytest.param(
            "env: [{name: A, value: '1'}, {name: A, value: '2'}]", {"A": "2"}, False, id="the last one wins"
        ),
        pytest.param(
            "env: [{name: A, value: '{{ x }}'}]", {"A": ("filled in by a template",)}, False, id="template"
        ),
        pytest.param(
            "envFrom: [{configMapRef: {name: config}}]",
            {"SIZE": "20", "plain": "7", "URL": "postgresql://app:***@db/shop"},
            False,
            id="config map",
        ),
        pytest.param(
            "envFrom: [{configMapRef: {name: config}}, {configMapRef: {name: later}}]",
            {"SIZE": "30", "plain": "7", "URL": "postgresql://app:***@db/shop", "EXTRA": "e"},
            False,
            id="a later source wins",
        ),
        pytest.param(
            "envFrom: [{configMapRef: {name: later}}], env: [{name: SIZE, value: '5'}]",
            {"SIZE": "5", "EXTRA": "e"},
            False,
            id="env wins over envFrom",
        ),
        pytest.param(
            "envFrom: [{prefix: DB_, configMapRef: {name: later}}]",
            {"DB_SIZE": "30", "DB_EXTRA": "e"},
            False,
            id="prefix",
        ),
        pytest.param(
            "envFrom: [{secretRef: {name: secret}}]",
            {
                "PASSWORD": "***",
                "ENCODED": ("from Secret secret/ENCODED",),
                "DATABASE_URL": "postgresql+asyncpg://app:***@db:5432/shop",
                "SIZE": "40",
            },
            False,
            id="secret",
        ),
        pytest.param("envFrom: [{secretRef: {name: missing}}]", {}, True, id="missing secret"),
        pytest.param("envFrom: [{secretRef: {name: filled-elsewhere}}]", {}, True, id="empty secret"),
        pytest.param(
            "envFrom: [{configMapRef: {name: missing, optional: true}}]", {}, True, id="missing and optional"
        ),
        pytest.param("envFrom: [{}]", {}, True, id="empty source"),
        pytest.param(
            "env: [{name: A, valueFrom: {configMapKeyRef: {name: config, key: SIZE}}}]",
            {"A": "20"},
            False,
            id="key of a config map",
        ),
        pytest.param(
            "env: [{name: A, valueFrom: {configMapKeyRef: {name: config, key: no}}}]",
            {"A": ("ConfigMap config has no key no",)},
            False,
            id="missing key",
        ),
        pytest.param(
            "env: [{name: A, valueFrom: {configMapKeyRef: {name: config, key: no, optional: true}}}]",
            {},
            False,
            id="missing key, optional",
        ),
        pytest.param(
            "env: [{name: A, valueFrom: {configMapKeyRef: {name: no, key: k, optional: true}}}]",
            {"A": ("from ConfigMap no/k, which is not among the files",)},
            False,
            id="missing config map",
        ),
        pytest.param(
            "env: [{name: A, valueFrom: {secretKeyRef: {name: no, key: k}}}]",
            {"A": ("from Secret no/k",)},
            False,
            id="missing secret by key",
        ),
        pytest.param(
            "env: [{name: A, valueFrom: {secretKeyRef: {name: secret, key: ENCODED}}}]",
            {"A": ("from Secret secret/ENCODED",)},
            False,
            id="what is encoded is not decoded",
        ),
        pytest.param(
            "env: [{name: A, valueFrom: {secretKeyRef: {name: secret, key: no}}}]",
            {"A": ("from Secret secret/no",)},
            False,
            id="a key that a secret may have elsewhere",
        ),
        pytest.param(
            "env: [{name: DB_PASSWORD, valueFrom: {secretKeyRef: {name: secret, key: SIZE}}}]",
            {"DB_PASSWORD": "40"},
            False,
            id="a number is no password",
        ),
        pytest.param(
            "env: [{name: DB_PASSWORD, value: hunter2}]", {"DB_PASSWORD": "***"}, False, id="literal password"
        ),
        pytest.param(
            "env: [{name: A, valueFrom: {fieldRef: {fieldPath: metadata.name}}}]",
            {"A": ("metadata.name of the running pod",)},
            False,
            id="field",
        ),
        pytest.param(
            "env: [{name: A, valueFrom: {fieldRef: {fieldPath: metadata.namespace}}}]",
            {"A": "shop"},
            False,
            id="namespace",
        ),
        pytest.param(
            "env: [{name: A, valueFrom: {resourceFieldRef: {resource: limits.cpu}}}],"
            "resources: {limits: {cpu: 1500m}}",
            {"A": "2"},
            False,
            id="cores, rounded up",
        ),
        pytest.param(
            "env: [{name: A, valueFrom: {resourceFieldRef: {resource: limits.memory, divisor: 1Mi}}}],"
            "resources: {limits: {memory: 2Gi}}",
            {"A": "2048"},
            False,
            id="memory",
        ),
        pytest.param(
            "env: [{name: A, valueFrom: {resourceFieldRef: {resource: limits.cpu}}}]",
            {"A": ("limits.cpu of the running container",)},
            False,
            id="no limit",
        ),
        pytest.param(
            "env: [{name: A, valueFrom: {resourceFieldRef: {resource: limits.cpu}}}],"
            "resources: {limits: {cpu: many}}",
            {"A": ("limits.cpu of the running container",)},
            False,
            id="a limit that is none",
        ),
        pytest.param(
            "env: [{name: A, valueFrom: {somethingNew: {}}}]",
            {"A": ("a valueFrom of a kind that is not known",)},
            False,
            id="unknown source",
        ),
        pytest.param(
            "env: [{name: H, value: db}, {name: A, value: '$(H):5432/$(NO)/$$(H)/$$x'}]",
            {"H": "db", "A": "db:5432/$(NO)/$(H)/$x"},
            False,
            id="expansion",
        ),
        pytest.param(
            "env: [{name: A, value: $(H)}, {name: H, value: db}]",
            {"A": "$(H)", "H": "db"},
            False,
            id="only what was set before",
        ),
        pytest.param(
            "envFrom: [{configMapRef: {name: later}}], env: [{name: A, value: 'n$(SIZE)'}]",
            {"SIZE": "30", "EXTRA": "e", "A": "n30"},
            False,
            id="expansion of envFrom",
        ),
        pytest.param(
            "env: [{name: P, valueFrom: {secretKeyRef: {name: s, key: k}}},"
            "{name: A, value: 'postgresql://app:$(P)@db/x'},"
            " {name: B, value: $(P)}, {name: C, value: '$(A)?y'}]",
            {
                "P": ("from Secret s/k",),
                "A": ["postgresql://app:", ("from Secret s/k",), "@db/x"],
                "B": ("from Secret s/k",),
                "C": ["postgresql://app:", ("from Secret s/k",), "@db/x?y"],
            },
            False,
            id="a text of which a part is not known",
        ),
    ],
)
def test_environment(read: Read, container: str, expected: object, *, is_open: bool) -> None:
    found = container_of(read(CONFIG + pod(container)))
    assert {name: shown(value) for name, value in found.variables().items()} == expected
    assert found.open_environment is is_open


def test_no_password_leaves_the_files(read: Read) -> None:
    found = read(CONFIG + pod("envFrom: [{configMapRef: {name: config}}, {secretRef: {name: secret}}]"))
    assert "hunter2" not in repr(found)
    assert "aHVudGVyMg" not in repr(found)


def test_places(read: Read) -> None:
    text = CONFIG + pod("envFrom: [{configMapRef: {name: config}}], env: [{name: A, value: '1'}]")
    found = container_of(read(text)).environment
    assert {variable.name: variable.at.line for variable in found} == {
        "SIZE": 6, "plain": 7, "URL": 9, "A": text.splitlines().index(text.splitlines()[-1]) + 1,
    }  # fmt: skip
    assert all(isinstance(variable.value, Known) for variable in found)
    assert [variable.value.origin for variable in found if isinstance(variable.value, Known)] == [
        variable.at for variable in found
    ]


def test_two_config_maps_of_one_name_are_alternatives(read_files: ReadFiles) -> None:
    config = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {SIZE: '%s'}\n"
    files = {
        "k8s/a.yaml": config % 5,
        "k8s/b.yaml": config % 50,
        "k8s/api.yaml": pod("envFrom: [{configMapRef: {name: c}}]"),
    }
    assert shown(container_of(read_files(files)).variables()["SIZE"]) == {"5", "50"}
    other = {**files, "k8s/api.yaml": config % 9 + "---\n" + files["k8s/api.yaml"]}
    assert shown(container_of(read_files(other)).variables()["SIZE"]) == "9"
    by_key = "env: [{name: A, valueFrom: {configMapKeyRef: {name: c, key: SIZE}}}, {name: B, value: 'x$(A)'}]"
    mixed = files | {"k8s/api.yaml": pod(by_key)}
    found = container_of(read_files(mixed)).variables()
    assert shown(found["B"]) == ["x", ("one of several values",)]


@pytest.mark.parametrize(
    ("config_path", "found"),
    [
        pytest.param("k8s/config.yaml", True, id="around"),
        pytest.param("k8s/prod/config.yaml", True, id="the same environment"),
        pytest.param("k8s/dev/config.yaml", False, id="another environment"),
        pytest.param("other/config.yaml", False, id="another tree"),
        pytest.param("config.yaml", True, id="at the root"),
    ],
)
def test_references_stay_in_their_environment(
    read_files: ReadFiles, config_path: str, *, found: bool
) -> None:
    files = {config_path: CONFIG, "k8s/prod/api.yaml": pod("envFrom: [{configMapRef: {name: later}}]")}
    assert bool(container_of(read_files(files)).environment) is found


def test_references_stay_in_their_namespace(read: Read) -> None:
    other = CONFIG.replace("name: later", "name: later, namespace: other")
    assert container_of(read(other + pod("envFrom: [{configMapRef: {name: later}}]"))).open_environment


@pytest.mark.parametrize(
    ("container", "entrypoint", "command"),
    [
        pytest.param("ports: []", None, None, id="the image's own"),
        pytest.param("command: [a, b]", ("a", "b"), (), id="command drops the image's arguments"),
        pytest.param("args: [c]", None, ("c",), id="arguments for the image's entry point"),
        pytest.param("command: [a], args: [c, 4]", ("a",), ("c", "4"), id="both"),
        pytest.param("command: [], args: []", None, None, id="empty lists say nothing"),
        pytest.param(
            "command: [a, $(N)], env: [{name: N, value: '4'}]", ("a", "$(N)"), (), id="references stay"
        ),
    ],
)  # fmt: skip
def test_commands(read: Read, container: str, entrypoint: object, command: object) -> None:
    found = container_of(read(pod(container)))
    assert (found.entrypoint and found.entrypoint.words) == entrypoint
    assert (found.command and found.command.words) == command
    assert not any(each.shell for each in (found.entrypoint, found.command) if each is not None)


def test_command_place(read: Read) -> None:
    found = container_of(read(pod("command: [a]")))
    assert found.entrypoint == Command(("a",), shell=False, at=Span("k8s/api.yaml", 8, 43, 8, 46))


def test_containers(read: Read) -> None:
    text = """
        apiVersion: v1
        kind: Pod
        metadata: {name: p}
        spec:
          initContainers:
          - {name: migrate, image: shop}
          - {name: proxy, image: proxy, restartPolicy: Always}
          containers:
          - {name: api, image: shop}
          - {name: patched}
          - {image: '{{ image }}'}
        """
    (found,) = [fact for fact in read(text) if isinstance(fact, Workload)]
    assert [(each.name, shown(each.image), each.init) for each in found.containers] == [
        ("migrate", "shop", True),
        ("proxy", "proxy", False),
        ("api", "shop", False),
        ("", ("filled in by a template",), False),
    ]


def test_image_by_a_trigger(read: Read) -> None:
    text = pod("").replace("apps/v1", "apps.openshift.io/v1").replace("Deployment", "DeploymentConfig")
    found = container_of(read(text.replace("shop:1", "' '")))
    assert shown(found.image) == ("set by an image change trigger",)


CLOUDNATIVE = (
    "apiVersion: postgresql.cnpg.io/v1\nkind: Cluster\nmetadata: {name: pg%s}\n"
    "spec: {bootstrap: {initdb: {database: shop}}}\n---\n"
)
CRUNCHY = (
    "apiVersion: postgres-operator.crunchydata.com/v1beta1\nkind: PostgresCluster\n"
    "metadata: {name: pg}\nspec: {}\n---\n"
)


@pytest.mark.parametrize(
    ("cluster", "secret", "key", "expected"),
    [
        pytest.param(CLOUDNATIVE % "", "pg-app", "host", "pg-rw", id="host"),
        pytest.param(
            CLOUDNATIVE % ", namespace: shop", "pg-app", "host", "pg-rw.shop.svc", id="host and namespace"
        ),
        pytest.param(CLOUDNATIVE % "", "pg-app", "port", "5432", id="port"),
        pytest.param(CLOUDNATIVE % "", "pg-app", "dbname", "shop", id="database"),
        pytest.param(
            CLOUDNATIVE % "", "pg-superuser", "dbname", ("from Secret pg-superuser/dbname",), id="any"
        ),
        pytest.param(CLOUDNATIVE % "", "pg-app", "password", ("from Secret pg-app/password",), id="password"),
        pytest.param(
            CLOUDNATIVE % "",
            "pg-app",
            "uri",
            ["postgresql://", ("from Secret pg-app/uri",), ":***@pg-rw:5432/", "shop"],
            id="URL",
        ),
        pytest.param(
            CLOUDNATIVE % "", "pg2-app", "host", ("from Secret pg2-app/host",), id="another cluster"
        ),
        pytest.param(CLOUDNATIVE % "", "pg", "host", ("from Secret pg/host",), id="another secret"),
        pytest.param(CRUNCHY, "pg-pguser-app", "host", "pg-primary", id="Crunchy"),
        pytest.param(CRUNCHY, "pg-pguser-app", "pgbouncer-host", "pg-pgbouncer", id="Crunchy's pooler"),
        pytest.param(
            CRUNCHY,
            "pg-pguser-app",
            "pgbouncer-uri",
            [
                "postgresql://",
                ("from Secret pg-pguser-app/uri",),
                ":***@pg-pgbouncer:5432/",
                ("from Secret pg-pguser-app/uri",),
            ],
            id="Crunchy's URL",
        ),
        pytest.param("", "pg-pguser-app", "host", ("from Secret pg-pguser-app/host",), id="no cluster"),
    ],
)
def test_secrets_of_operators(read: Read, cluster: str, secret: str, key: str, expected: object) -> None:
    reference = f"env: [{{name: A, valueFrom: {{secretKeyRef: {{name: {secret}, key: {key}}}}}}}]"
    found = container_of(read(cluster + pod(reference))).variables()["A"]
    parts = found.parts if isinstance(found, Text) else None
    assert (
        [part if isinstance(part, str) else shown(part) for part in parts] if parts else shown(found)
    ) == expected


TEMPLATE = """
apiVersion: template.openshift.io/v1
kind: Template
metadata: {name: t}
parameters:
- {name: DB_HOST, value: db}
- {name: DB_PASSWORD, value: hunter2}
- {name: MADE, generate: expression, from: "[a-z]{8}"}
objects:
- apiVersion: v1
  kind: Pod
  metadata: {name: p}
  spec:
    containers:
    - name: a
      image: i
      env:
      - {name: HOST, value: "${DB_HOST}"}
      - {name: URL, value: "postgresql://app@${DB_HOST}/x"}
      - {name: DB_PASSWORD, value: "${DB_PASSWORD}"}
      - {name: MADE, value: "${MADE}"}
      - {name: OTHER, value: "${OTHER}"}
      - {name: BOTH, value: "a$(HOST)"}
"""


def test_template_parameters_are_variables_with_a_default(read: Read) -> None:
    found = container_of(read(TEMPLATE)).variables()
    host = found["HOST"]
    assert isinstance(host, FromEnv)
    assert host.variables == ("DB_HOST",)
    assert host.default == Known("db", host.origin)
    assert found["URL"] == Text(("postgresql://app@", host, "/x"), host.origin)
    assert found["DB_PASSWORD"] == FromEnv(("DB_PASSWORD",), Known("***", host.origin), "", host.origin)
    assert found["MADE"] == FromEnv(("MADE",), None, "", host.origin)
    assert found["OTHER"] == Known("${OTHER}", host.origin)
    assert found["BOTH"] == Text(("a", host), host.origin)


def test_variables_of_variables_do_not_grow_without_end(read: Read) -> None:
    chain = "".join(f", {{name: V{n}, value: '$(V{n - 1})$(V{n - 1})'}}" for n in range(1, 60))
    found = container_of(read(pod(f"env: [{{name: V0, value: x}}{chain}]"))).variables()
    assert shown(found["V16"]) == "x" * 2**16
    assert shown(found["V17"]) == ("made of variables that together are longer than 130,000 characters",)


def test_parameters_do_not_grow_without_end(read: Read) -> None:
    many = "'" + "${DB_HOST}" * 101 + "'"
    found = container_of(read(TEMPLATE.replace("name: a\n", f"name: {many}\n      args: [{many}]\n")))
    assert found.name == "${DB_HOST}" * 101
    assert found.command is not None
    assert found.command.words == ("${DB_HOST}" * 101,)
    long = TEMPLATE.replace("value: db}", f"value: {'x' * 10_001}}}")
    assert isinstance(container_of(read(long)).variables()["HOST"], Known)
