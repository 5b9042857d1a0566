"""ConfigMaps that are mounted into containers."""

from collections.abc import Callable, Mapping
from textwrap import dedent

import pytest

from poollint.facts import Database, Fact, Workload
from poollint.manifests.inside import with_texts
from poollint.source import Skipped, SourceFile, Span
from poollint.values import Known, Unknown, origin_of

Read = Callable[[Mapping[str, str]], tuple[Fact | Skipped, ...]]
CONFIG = """\
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: conf}
    data:
      postgresql.conf: |
        # of the server
        max_connections = 55
      plain: max_connections = 66
      start.sh: |
        exec uvicorn a:app --workers 3
"""
TOLD = "args: [-c, config_file=/etc/pg/postgresql.conf]"
ALL = "{name: c, configMap: {name: conf}}"


def pod(container: str, mount: str, volume: str) -> dict[str, str]:
    """A Pod with a mount, beside the ConfigMap."""
    text = f"""\
    apiVersion: v1
    kind: Pod
    metadata: {{name: p, labels: {{a: b}}}}
    spec:
      volumes: [{volume}]
      containers:
        - name: p
          {container}
          volumeMounts: [{mount}]
    """
    return {"k8s/pod.yaml": dedent(text), "k8s/conf.yaml": dedent(CONFIG)}


def limit(facts: tuple[Fact | Skipped, ...]) -> object:
    (found,) = (fact.max_connections for fact in facts if isinstance(fact, Database))
    return found.value if isinstance(found, Known) else found


@pytest.mark.parametrize(
    ("arguments", "mount", "volume", "expected"),
    [
        pytest.param(TOLD, "{name: c, mountPath: /etc/pg}", ALL, 55, id="folder"),
        pytest.param(TOLD, "{name: c, mountPath: /etc/pg/}", ALL, 55, id="folder with a slash"),
        pytest.param(
            TOLD,
            "{name: c, mountPath: /etc/pg/postgresql.conf, subPath: postgresql.conf}",
            ALL,
            55,
            id="one file",
        ),
        pytest.param(
            "args: [-c, config_file=/etc/pg/own.conf]",
            "{name: c, mountPath: /etc/pg}",
            "{name: c, configMap: {name: conf, items: [{key: postgresql.conf, path: own.conf}]}}",
            55,
            id="another name",
        ),
        pytest.param(
            "args: [postgres]",
            "{name: c, mountPath: /var/lib/postgresql/data/postgresql.conf, subPath: postgresql.conf}",
            ALL,
            55,
            id="where it looks by itself",
        ),
        pytest.param("args: [postgres]", "{name: c, mountPath: /etc/pg}", ALL, 100, id="where it does not"),
        pytest.param(TOLD, "{name: d, mountPath: /etc/pg}", ALL, Unknown, id="no such volume"),
        pytest.param(TOLD, "{name: c, mountPath: /etc/other}", ALL, Unknown, id="elsewhere"),
        pytest.param(TOLD, "{name: c}", ALL, Unknown, id="no place"),
        pytest.param(TOLD, "{name: c, mountPath: /etc/pg}", "{name: c, emptyDir: {}}", Unknown, id="empty"),
        pytest.param(
            TOLD, "{name: c, mountPath: /etc/pg}", "{name: c, configMap: {name: x}}", Unknown, id="no map"
        ),
        pytest.param(
            "args: [-c, config_file=/etc/pg/plain]",
            "{name: c, mountPath: /etc/pg}",
            ALL,
            Unknown,
            id="no block",
        ),
        pytest.param(
            TOLD,
            "{name: c, mountPath: /etc/pg}",
            "{name: c, configMap: {name: conf, items: [{key: plain, path: postgresql.conf}]}}",
            Unknown,
            id="another key",
        ),
    ],
)
def test_configuration_of_a_server(
    arguments: str, mount: str, volume: str, expected: object, read_all: Read
) -> None:
    found = limit(read_all(pod(f"image: postgres:16\n          {arguments}", mount, volume)))

    assert isinstance(found, Unknown) if expected is Unknown else found == expected


def test_a_setting_stands_in_the_manifest(read_all: Read) -> None:
    files = pod(f"image: postgres:16\n          {TOLD}", "{name: c, mountPath: /etc/pg}", ALL)
    (found,) = (fact.max_connections for fact in read_all(files) if isinstance(fact, Database))

    at = origin_of(found)
    assert isinstance(at, Span)
    assert (at.path, at.line, at.column) == ("k8s/conf.yaml", 7, 5)


def test_a_script_in_a_config_map_is_followed(read_all: Read) -> None:
    files = pod(
        "image: api\n          command: [sh, /scripts/start.sh]", "{name: c, mountPath: /scripts}", ALL
    )
    (found,) = (fact for fact in read_all(files) if isinstance(fact, Workload))

    (program,) = found.containers[0].programs
    assert program.name == "uvicorn"
    assert isinstance(program.processes, Known)
    assert program.processes.value == 3
    assert (program.at.path, program.at.line) == ("k8s/conf.yaml", 10)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        pytest.param("a.yaml", "1\n2\n3", id="whole"),
        pytest.param("a.yaml#1-2", "\n2", id="lines"),
        pytest.param("b.yaml#1-2", None, id="no file"),
        pytest.param("c#", "odd", id="a name with the sign"),
        pytest.param("a.yaml#x-2", None, id="no number"),
    ],
)
def test_texts_in_files(path: str, text: str | None) -> None:
    there = {"a.yaml": "1\n2\n3", "c#": "odd"}
    find = with_texts(lambda name: SourceFile(name, there[name]) if name in there else None)

    found = find(path)

    assert (None if found is None else found.text) == text
