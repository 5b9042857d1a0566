"""Manifests and Dockerfiles together -> what containers start."""

from collections.abc import Callable, Mapping

import pytest

from poollint.facts import Container, Database, Fact, Pods, Program, Workload
from poollint.manifests.image_names import image_name
from poollint.manifests.images import complete
from poollint.source import Skipped, Span
from poollint.values import FromEnv, Known, Text, Unknown, Value

AT = Span("x", 1, 1, 1, 1)

Read = Callable[[Mapping[str, str]], tuple[Fact | Skipped, ...]]

DOCKERFILE = """FROM python:3.12 AS base
WORKDIR /srv
ENV WEB_CONCURRENCY=3 KEEP=1
COPY . .
COPY docker/*.sh /usr/local/bin/
CMD ["uvicorn", "shop.main:app"]

FROM base AS worker
CMD celery -A shop worker -c 2

FROM base
ENTRYPOINT ["entry.sh"]
CMD ["web"]
"""
ENTRY = '#!/bin/sh\ncase "$1" in web) exec gunicorn shop:app;; *) exec "$@";; esac\n'
BUILT = {"Dockerfile": DOCKERFILE, "docker/entry.sh": ENTRY}


def started(facts: tuple[Fact | Skipped, ...]) -> dict[str, list[tuple[str, str, object]]]:
    return {
        each.name: [
            (program.name, program.module, getattr(program.processes, "value", None))
            for container in each.containers
            for program in container.programs
        ]
        for each in facts
        if isinstance(each, Workload)
    }


@pytest.mark.parametrize(
    ("service", "expected"),
    [
        pytest.param("build: .", [("gunicorn", "shop", 3)], id="image"),
        pytest.param("build: {target: base}", [("uvicorn", "shop.main", 3)], id="stage"),
        pytest.param("build: {target: WORKER}", [("celery", "shop", 2)], id="other-stage"),
        pytest.param("build: {target: gone}", [("gunicorn", "shop", 3)], id="unknown-stage"),
        pytest.param("build: .\n    command: arq shop.w.S", [("arq", "shop.w", 1)], id="command"),
        pytest.param("build: .\n    entrypoint: uvicorn a:app", [("uvicorn", "a", 3)], id="entrypoint"),
        pytest.param(
            "build: .\n    entrypoint: []\n    command: uvicorn a:app", [("uvicorn", "a", 3)], id="clear"
        ),
        pytest.param(
            "build: .\n    environment: {WEB_CONCURRENCY: 7}",
            [("gunicorn", "shop", 7)],
            id="variable-over-image",
        ),
        pytest.param("image: redis", [], id="another-image"),
        pytest.param("build: elsewhere", [], id="no-dockerfile"),
        pytest.param("image: x\n    command: uvicorn a:app", [("uvicorn", "a", 1)], id="image-with-command"),
        pytest.param("image: tiangolo/uvicorn-gunicorn:3", [("gunicorn", "", None)], id="ready-made"),
    ],
)
def test_services(service: str, expected: list[tuple[str, str, object]], read_all: Read) -> None:
    files = {**BUILT, "compose.yml": f"services:\n  api:\n    {service}\n"}
    assert started(read_all(files))["api"] == expected


def test_the_environment_of_the_image_lies_below(read_all: Read) -> None:
    files = {**BUILT, "compose.yml": "services:\n  api:\n    build: .\n    environment: {KEEP: 2}\n"}
    found = next(each for each in read_all(files) if isinstance(each, Workload))
    variables = found.containers[0].variables()
    assert variables["KEEP"] == Known("2", found.at)
    assert variables["WEB_CONCURRENCY"] == Known("3", found.at)


def test_scripts_that_are_mounted(read_all: Read) -> None:
    files = {
        "compose.yml": "services:\n  api: {image: x, command: /go.sh, volumes: ['./bin/go.sh:/go.sh']}\n",
        "bin/go.sh": "#!/bin/sh\nexec uvicorn a:app\n",
    }
    assert started(read_all(files))["api"] == [("uvicorn", "a", 1)]


@pytest.mark.parametrize(
    ("copy", "path"),
    [
        pytest.param("COPY bin/go.sh /go.sh", "/go.sh", id="file-to-file"),
        pytest.param("COPY bin/go.sh /opt/", "/opt/go.sh", id="file-to-folder"),
        pytest.param("COPY bin /opt", "/opt/go.sh", id="folder"),
        pytest.param("COPY bin/*.sh /opt/", "/opt/go.sh", id="pattern"),
        pytest.param("WORKDIR /srv\nCOPY . .", "./bin/go.sh", id="relative"),
        pytest.param("WORKDIR /srv\nCOPY . .\nWORKDIR bin", "./go.sh", id="another-folder"),
        pytest.param("COPY --chmod=755 bin/go.sh /", "/go.sh", id="flags"),
    ],
)
def test_scripts_that_are_copied(copy: str, path: str, read_all: Read) -> None:
    files = {
        "api/Dockerfile": f'FROM python\n{copy}\nCMD ["{path}"]\n',
        "api/bin/go.sh": "#!/bin/sh\nexec uvicorn a:app\n",
        "compose.yml": "services:\n  api:\n    build: api\n",
    }
    assert started(read_all(files)) == {"api": [("uvicorn", "a", 1)]}


def test_a_script_that_is_not_in_the_image(read_all: Read) -> None:
    files = {
        "Dockerfile": 'FROM python\nCOPY *.py /srv/\nCMD ["/srv/go.sh"]\n',
        "go.sh": "#!/bin/sh\nexec uvicorn a:app\n",
        "compose.yml": "services:\n  api:\n    build: .\n",
    }
    assert started(read_all(files)) == {"api": [("go.sh", "", None)]}


def test_images_that_no_manifest_runs(read_all: Read) -> None:
    files = {
        "docker/Dockerfile.worker": "FROM python\nCOPY setup.py .\nCMD celery -A shop worker\n",
        "web/Dockerfile": 'FROM python\nCOPY app.py .\nCMD ["uvicorn", "app:app"]\n',
        "web/app.py": "",
        "front/Dockerfile": 'FROM node\nCMD ["node", "server.js"]\n',
        "setup.py": "",
    }
    found = [each for each in read_all(files) if isinstance(each, Workload)]
    assert [(each.label, each.scope, each.containers[0].build) for each in found] == [
        ("image/worker", "image:docker/Dockerfile.worker", ""),
        ("image/web", "image:web/Dockerfile", "web"),
    ]
    assert all(isinstance(each.pods.maximum, Unknown) for each in found)
    assert all(each.containers[0].open_environment for each in found)


DEPLOYMENT = """apiVersion: apps/v1
kind: Deployment
metadata: {name: api}
spec:
  template:
    spec:
      containers:
        - name: api
          image: %s
          env: [{name: N, value: "6"}]
%s
"""


@pytest.mark.parametrize(
    ("image", "more", "expected"),
    [
        pytest.param("ghcr.io/org/shop:1.2", "", [("gunicorn", "shop", 3)], id="published"),
        pytest.param("ghcr.io/org/queue@sha256:0", "", [("arq", "shop.w", 1)], id="folder"),
        pytest.param("queue", "", [("arq", "shop.w", 1)], id="bare-name"),
        pytest.param("shop-queue:2", "", [("arq", "shop.w", 1)], id="ending"),
        pytest.param("queues", "", [], id="no-ending"),
        pytest.param("ghcr.io/org/other", "", [], id="another"),
        pytest.param(
            "ghcr.io/org/shop:1.2",
            "          args: [uvicorn, 'a:app', --workers, $(N)]",
            [("uvicorn", "a", 6)],
            id="arguments",
        ),
        pytest.param(
            "ghcr.io/org/shop:1.2", "          command: [arq, shop.w.S]", [("arq", "shop.w", 1)], id="command"
        ),
    ],
)
def test_deployments(image: str, more: str, expected: list[tuple[str, str, object]], read_all: Read) -> None:
    files = {
        **BUILT,
        "queue/Dockerfile": "FROM python\nCMD arq shop.w.S\n",
        "compose.yml": "services:\n  local:\n    build: .\n    image: ghcr.io/org/shop\n",
        "deploy/api.yaml": DEPLOYMENT % (image, more),
    }
    assert started(read_all(files))["api"] == expected


@pytest.mark.parametrize(
    ("image", "base", "expected"),
    [
        pytest.param("cache:7", "python", ["uvicorn"], id="the-projects"),
        pytest.param("cache:7", "cache:6", [], id="what-it-is-made-from"),
        pytest.param("postgres:16", "python", [], id="a-server"),
        pytest.param("ghcr.io/org/cache@sha256:1", "python", ["uvicorn"], id="digest"),
    ],
)
def test_folders_called_as_images(image: str, base: str, expected: list[str], read_all: Read) -> None:
    files = {
        "cache/Dockerfile": f"FROM {base}\nCMD uvicorn a:app\n",
        "postgres/Dockerfile": f"FROM {base}\nCMD uvicorn a:app\n",
        "api.yaml": DEPLOYMENT % (f"'{image}'", ""),
        "docs/cache/Dockerfile": "FROM python\nCMD mkdocs\n",
    }
    assert [name for name, _, _ in started(read_all(files))["api"]] == expected


def test_compose_files_say_what_they_build(read_all: Read) -> None:
    files = {
        "cache/Dockerfile": "FROM python\nCMD uvicorn a:app\n",
        "compose.yml": "services:\n  a: {image: 'org/cache:1'}\n",
    }
    assert started(read_all(files))["a"] == []


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        pytest.param("postgres:16", [("uvicorn", "a", 1)], id="beside-a-server"),
        pytest.param("shop/other", [], id="beside-another"),
    ],
)
def test_the_only_dockerfile(other: str, expected: list[tuple[str, str, object]], read_all: Read) -> None:
    files = {
        "Dockerfile": 'FROM python\nCMD ["uvicorn", "a:app"]\n',
        "api.yaml": DEPLOYMENT % ("org/shop:1", ""),
        "other.yaml": (DEPLOYMENT % (other, "")).replace("name: api", "name: other"),
    }
    assert started(read_all(files))["api"] == expected


def test_procfile_and_servers(read_all: Read) -> None:
    files = {
        "Procfile": "web: gunicorn shop:app -w 2\n",
        "compose.yml": "services:\n  pg: {image: 'postgres:16', command: postgres -c max_connections=200}\n",
    }
    facts = read_all(files)
    assert started(facts)["web"] == [("gunicorn", "shop", 2)]
    (database,) = [each for each in facts if isinstance(each, Database)]
    assert (database.hosts, database.scope) == (("pg",), "compose:compose.yml")
    assert database.max_connections == Known(200, database.at)


def test_what_could_not_be_read_is_said_once(read_all: Read) -> None:
    files = {
        "compose.yml": "services:\n  a: {image: x, command: sh -c 'if', profiles: [p, q]}\n",
        "broken.compose.yml": "services:\n  a: {image: x\n",
    }
    skipped = [each for each in read_all(files) if isinstance(each, Skipped)]
    assert [each.at.path for each in skipped] == ["broken.compose.yml", "compose.yml"]
    assert skipped[1].why == "shell: then expected"


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        pytest.param(Known("ghcr.io/a/b:1", AT), "ghcr.io/a/b", id="tag"),
        pytest.param(Known("host:5000/a/b", AT), "host:5000/a/b", id="port"),
        pytest.param(Known("a/b@sha256:0", AT), "a/b", id="digest"),
        pytest.param(Text(("a/b:", FromEnv(("TAG",), None, "", AT)), AT), "a/b", id="unknown-tag"),
        pytest.param(
            Text((FromEnv(("R",), Known("r", AT), "", AT), "/b:", Unknown("x", AT)), AT), "r/b", id="default"
        ),
        pytest.param(Text((FromEnv(("R",), None, "", AT), "/b:1"), AT), "", id="unknown-registry"),
        pytest.param(Text(("a/b", Unknown("x", AT)), AT), "", id="unknown-end"),
        pytest.param(Unknown("x", AT), "", id="unknown"),
    ],
)
def test_names_of_images(image: Value, expected: str) -> None:
    assert image_name(image) == expected


def test_programs_that_a_reader_knows_are_kept() -> None:
    one = Known(1, AT)
    program = Program("handler", "shop", one, one, AT)
    container = Container(AT, "f", Unknown("x", AT), programs=(program,))
    workload = Workload(AT, "lambda", "function", "f", Pods(one, one, one), (container,))
    (found,) = complete([workload], lambda _: None, lambda _path, _environment: {})
    assert found == workload


def test_patterns_that_do_not_match(read_all: Read) -> None:
    files = {
        "Dockerfile": 'FROM python\nCOPY bin/*.sh /opt/\nCMD ["/opt/go.bash"]\n',
        "bin/go.bash": "#!/bin/bash\nexec uvicorn a:app\n",
        "compose.yml": "services:\n  api:\n    build: .\n",
    }
    assert started(read_all(files)) == {"api": [("go.bash", "", None)]}
