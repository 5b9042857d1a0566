"""Compose files -> workloads and addresses."""

from collections.abc import Mapping

import pytest

from poollint.facts import Address, Container, Fact, Workload
from poollint.manifests.formats import COMPOSE as READER
from poollint.source import Skipped, SourceFile
from poollint.values import FromEnv, Known, Text, Unknown, Value

Files = Mapping[str, str]


def read(files: Files) -> list[Fact | Skipped]:
    def find(path: str) -> SourceFile | None:
        return SourceFile(path, files[path]) if path in files else None

    chosen = [SourceFile(path, text) for path, text in files.items() if READER.wants(path)]
    return list(READER.read(chosen, find))


def workloads(files: Files | str) -> dict[tuple[str, str], Workload]:
    found = read({"compose.yml": files} if isinstance(files, str) else files)
    return {(each.scope, each.name): each for each in found if isinstance(each, Workload)}


def service(text: str, name: str = "web", more: Files | None = None) -> Workload:
    found = workloads({"compose.yml": text, **(more or {})})
    return next(each for (_, called), each in found.items() if called == name)


def container(text: str, more: Files | None = None) -> Container:
    return service(f"services:\n  web:\n    image: shop\n{text}", more=more).containers[0]


def shown(value: Value) -> str:
    match value:
        case Known(value=known):
            return str(known)
        case FromEnv(default=None):
            return f"${value.variable}"
        case FromEnv(default=default) if default is not None:
            return f"${value.variable}:{shown(default)}"
        case Text():
            return "".join(each if isinstance(each, str) else shown(each) for each in value.parts)
        case _:
            return "?"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("    environment: {A: b, N: 4, E: ''}", {"A": "b", "N": "4", "E": ""}, id="map"),
        pytest.param("    environment:\n      - A=b=c\n      - E=", {"A": "b=c", "E": ""}, id="list"),
        pytest.param("    environment: [A, B=c]", {"A": "$A", "B": "c"}, id="from-the-host"),
        pytest.param("    environment:\n      A:\n", {"A": "$A"}, id="null-is-from-the-host"),
        pytest.param("    environment: {A: '${X}'}", {"A": "$X"}, id="variable"),
        pytest.param("    environment: {A: '${X:-y}'}", {"A": "$X:y"}, id="default"),
        pytest.param("    environment: {A: '${X-}'}", {"A": "$X:"}, id="empty-default"),
        pytest.param("    environment: {A: '${X:?needed}'}", {"A": "$X"}, id="required"),
        pytest.param("    environment: {A: 'h-${X:-y}.z'}", {"A": "h-$X:y.z"}, id="inside"),
        pytest.param("    environment: {A: '$$X'}", {"A": "$X"}, id="dollar"),
        pytest.param("    environment: {A: '${X:-a$$b}'}", {"A": "$X:a$b"}, id="dollar-in-default"),
        pytest.param("    environment: {A: '${SET}/x'}", {"A": "here/x"}, id="dotenv"),
        pytest.param("    environment: [SET]", {"SET": "here"}, id="host-variable-of-dotenv"),
        pytest.param("    env_file: web.env", {"A": "file", "B": "here"}, id="env-file"),
        pytest.param(
            "    env_file: [web.env]\n    environment: {A: b}", {"A": "b", "B": "here"}, id="over-file"
        ),
        pytest.param("    env_file:\n      - path: web.env", {"A": "file", "B": "here"}, id="env-file-map"),
        pytest.param("    environment: {DB_PASSWORD: hush}", {"DB_PASSWORD": "***"}, id="password"),
        pytest.param("    environment: [7, {}]", {"7": "$7"}, id="odd-items"),
    ],
)
def test_environment(text: str, expected: dict[str, str]) -> None:
    more = {".env": "SET=here\n", "web.env": "A=file\nB=${SET}\n"}
    found = container(text, more)
    assert {name: shown(value) for name, value in found.variables().items()} == expected
    assert not found.open_environment


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("    env_file: missing.env", id="missing"),
        pytest.param("    env_file:\n      - path: missing.env\n        required: false", id="not-required"),
        pytest.param("    env_file: '${WHICH}'", id="unknown"),
    ],
)
def test_env_files_outside_the_repository(text: str) -> None:
    assert container(text).open_environment


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("    command: gunicorn 'a b:app' -w 2", ("gunicorn", "a b:app", "-w", "2"), id="string"),
        pytest.param("    command: [gunicorn, -w, 2]", ("gunicorn", "-w", "2"), id="list"),
        pytest.param("    command: >\n      gunicorn\n      a:app", ("gunicorn", "a:app"), id="folded"),
        pytest.param("    command: gunicorn -w ${N:-4}", ("gunicorn", "-w", "${N:-4}"), id="default"),
        pytest.param("    command: gunicorn -w ${N}", ("gunicorn", "-w", "${N}"), id="variable"),
        pytest.param("    command: gunicorn -w ${SET}", ("gunicorn", "-w", "7"), id="dotenv"),
        pytest.param("    command: sh -c 'exec $$CMD'", ("sh", "-c", "exec $CMD"), id="dollar"),
        pytest.param("    command: run --pass x$PASSWORD", ("run", "--pass", "x***"), id="password"),
    ],
)
def test_commands(text: str, words: tuple[str, ...]) -> None:
    command = container(text, {".env": "SET=7\nPASSWORD=hush\n"}).command
    assert command is not None
    assert command.words == words
    assert not command.shell


def test_commands_that_are_not_there() -> None:
    assert container("    command:\n").command is None
    assert container("    command: {}\n").command is None
    cleared = container("    entrypoint: []\n").entrypoint
    assert cleared is not None
    assert cleared.words == ()


def test_a_broken_command_is_skipped() -> None:
    found = read({"compose.yml": "services:\n  web:\n    image: x\n    command: run 'a\n"})
    assert [each.why for each in found if isinstance(each, Skipped)] == ["command: No closing quotation"]


@pytest.mark.parametrize(
    ("text", "maximum", "surge"),
    [
        pytest.param("", "1", "0", id="default"),
        pytest.param("    scale: 3", "3", "0", id="scale"),
        pytest.param("    deploy: {replicas: 4}", "4", "0", id="replicas"),
        pytest.param("    deploy: {replicas: '${R:-2}'}", "$R:2", "0", id="variable"),
        pytest.param("    deploy: {mode: global}", "?", "0", id="global"),
        pytest.param(
            "    deploy: {replicas: 4, update_config: {order: start-first}}", "4", "1", id="start-first"
        ),
        pytest.param(
            "    deploy: {replicas: 4, update_config: {order: start-first, parallelism: 2}}",
            "4",
            "2",
            id="two",
        ),
        pytest.param(
            "    deploy: {replicas: 4, update_config: {order: start-first, parallelism: 0}}",
            "4",
            "4",
            id="all-at-once",
        ),
        pytest.param("    deploy: {update_config: {order: stop-first}}", "1", "0", id="stop-first"),
    ],
)
def test_copies(text: str, maximum: str, surge: str) -> None:
    pods = service(f"services:\n  web:\n    image: x\n{text}\n").pods
    assert (shown(pods.maximum), shown(pods.minimum), shown(pods.surge)) == (maximum, maximum, surge)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", ("", "", ""), id="none"),
        pytest.param("    build: .", ("", "Dockerfile", ""), id="root"),
        pytest.param("    build: ./api/", ("api", "api/Dockerfile", ""), id="folder"),
        pytest.param(
            "    build: {context: api, dockerfile: ../D, target: dev}", ("api", "D", "dev"), id="map"
        ),
        pytest.param("    build: {target: '${T:-dev}'}", ("", "Dockerfile", "dev"), id="variable-target"),
        pytest.param("    build: {context: 'https://x/y.git'}", ("", "", ""), id="remote"),
        pytest.param("    build: {dockerfile_inline: 'FROM x'}", ("", "", ""), id="inline"),
    ],
)
def test_builds(text: str, expected: tuple[str, str, str]) -> None:
    found = container(text)
    assert (found.build, found.dockerfile, found.target) == expected


def test_mounts_and_directory() -> None:
    found = container(
        "    working_dir: /srv\n    volumes:\n      - ./bin/run.sh:/run.sh:ro\n      - data:/data\n"
        "      - {type: bind, source: ./src, target: /srv/src}\n      - /etc/x:/x\n"
    )
    assert found.directory == "/srv"
    assert found.mounts == (("bin/run.sh", "/run.sh"), ("src", "/srv/src"))


def test_names_that_lead_to_a_service() -> None:
    text = """services:
  db:
    image: postgres
    container_name: shop-${STAGE:-dev}-db
    hostname: pg
    networks: {inner: {aliases: [database]}, outer: }
"""
    address = next(each for each in read({"compose.yml": text}) if isinstance(each, Address))
    assert address.hosts == ("db", "shop-dev-db", "pg", "database")
    assert set(address.selector) <= set(service(text, "db").labels)
    assert address.scope == "compose:compose.yml"


def test_one_shot_services() -> None:
    text = """services:
  migrate: {image: x}
  job: {image: x, deploy: {mode: replicated-job}}
  web: {image: x, depends_on: {migrate: {condition: service_completed_successfully}, db: }}
  db: {image: x}
"""
    assert {name: each.one_shot for (_, name), each in workloads(text).items()} == {
        "migrate": True,
        "job": True,
        "web": False,
        "db": False,
    }


@pytest.mark.parametrize(
    ("tool", "together"),
    [
        pytest.param("build: .", True, id="built"),
        pytest.param("image: x", True, id="image-of-another-service"),
        pytest.param("image: postgres", True, id="database"),
        pytest.param("image: edoburu/pgbouncer", True, id="pooler"),
        pytest.param("image: $IMAGE", True, id="unknown"),
        pytest.param("image: grafana/grafana", False, id="neither"),
    ],
)
def test_profiles_are_scopes(tool: str, together: bool) -> None:
    text = f"services:\n  web: {{image: x}}\n  tool:\n    profiles: [dev, ci]\n    {tool}\n"
    tools = [("compose:compose.yml#ci", "tool"), ("compose:compose.yml#dev", "tool")]
    webs = [("compose:compose.yml#ci", "web"), ("compose:compose.yml#dev", "web")]
    expected = [("compose:compose.yml", "web"), *tools, *(webs if together else [])]
    assert sorted(workloads(text)) == sorted(expected)


BASE = (
    "services:\n  web: {image: x, environment: {A: base, B: base}, command: base}\n  db: {image: postgres}\n"
)
ONLY_CHANGES = "services:\n  web: {environment: [A=over], command: !reset null}\n"


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param({"docker-compose.yml": BASE}, {("docker-compose.yml", "base")}, id="alone"),
        pytest.param(
            {"docker-compose.yml": BASE, "docker-compose.override.yml": ONLY_CHANGES},
            {("docker-compose.yml", "over")},
            id="override",
        ),
        pytest.param(
            {"compose.yml": BASE, "compose.prod.yml": ONLY_CHANGES},
            {("compose.yml", "base"), ("compose.prod.yml", "over")},
            id="variant",
        ),
        pytest.param(
            {"compose.yml": BASE, "compose.test.yml": BASE.replace("base", "test")},
            {("compose.yml", "base"), ("compose.test.yml", "test")},
            id="another-whole-file",
        ),
        pytest.param(
            {"compose.yml": BASE, ".devcontainer/compose.yml": BASE.replace("base", "dev")},
            {("compose.yml", "base"), (".devcontainer/compose.yml", "dev")},
            id="another-folder",
        ),
        pytest.param({"compose.prod.yml": ONLY_CHANGES}, {("compose.prod.yml", "over")}, id="without-base"),
    ],
)
def test_sets_of_files(files: Files, expected: set[tuple[str, str]]) -> None:
    found = workloads(files)
    assert {
        (scope.removeprefix("compose:"), shown(each.containers[0].variables()["A"]))
        for (scope, name), each in found.items()
        if name == "web"
    } == expected


def test_what_an_override_keeps_and_resets() -> None:
    files = {"compose.yml": BASE, "compose.prod.yml": ONLY_CHANGES}
    web = workloads(files)["compose:compose.prod.yml", "web"].containers[0]
    assert shown(web.image) == "x"
    assert shown(web.variables()["B"]) == "base"
    assert web.command is None
    assert ("compose:compose.prod.yml", "db") in workloads(files)


EXTENDING = """x-common: &common
  image: shop
  environment: &env {A: anchor}
services:
  base: {<<: *common, command: base}
  web:
    extends: base
    environment: {<<: *env, B: web}
  worker:
    extends: {file: common/compose.yml, service: queue}
    environment: {B: worker}
"""
COMMON = "services:\n  queue: {extends: {service: top}, build: ., env_file: q.env}\n  top: {command: queue}\n"


def test_extends() -> None:
    files = {"compose.yml": EXTENDING, "common/compose.yml": COMMON, "common/q.env": "Q=1\n"}
    found = workloads(files)
    web = found["compose:compose.yml", "web"].containers[0]
    assert {name: shown(value) for name, value in web.variables().items()} == {"A": "anchor", "B": "web"}
    assert web.command is not None
    assert web.command.words == ("base",)
    worker = found["compose:compose.yml", "worker"].containers[0]
    assert (worker.build, worker.dockerfile) == ("common", "common/Dockerfile")
    assert worker.command is not None
    assert worker.command.words == ("queue",)
    assert {name: shown(value) for name, value in worker.variables().items()} == {"Q": "1", "B": "worker"}


@pytest.mark.parametrize(
    ("extends", "why"),
    [
        pytest.param("web", "extends nothing that can be followed", id="itself"),
        pytest.param("{file: x.yml}", "extends nothing that can be followed", id="no-service"),
        pytest.param("nowhere", "the service nowhere that it extends is not in the repository", id="no-such"),
        pytest.param(
            "{file: ../../x.yml, service: a}",
            "the service a that it extends is not in the repository",
            id="no-file",
        ),
    ],
)
def test_extends_that_lead_nowhere(extends: str, why: str) -> None:
    text = f"services:\n  web:\n    image: x\n    extends: {extends}\n"
    assert [each.why for each in read({"compose.yml": text}) if isinstance(each, Skipped)] == [why]
    assert service(text).name == "web"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("services:\n", id="no-service"),
        pytest.param("services: []\n", id="list"),
        pytest.param("services:\n  web:\n", id="empty-service"),
        pytest.param("apiVersion: v1\nkind: List\n", id="kubernetes"),
    ],
)
def test_no_workload(text: str) -> None:
    assert workloads(text) == {}


def test_templates_are_skipped() -> None:
    found = read({"compose.yml": "services:\n{% if x %}\n  web: {image: x}\n{% endif %}\n"})
    assert [type(each) for each in found] == [Skipped]


def test_places() -> None:
    web = service("services:\n  web:\n    image: x\n    environment:\n      A: b\n")
    assert web.at.full == "compose.yml:2:3"
    assert web.containers[0].environment[0].at.full == "compose.yml:5:10"
    assert web.containers[0].image == Known("x", web.at)


def test_a_service_without_image() -> None:
    assert isinstance(service("services:\n  web: {build: .}\n").containers[0].image, Unknown)


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        pytest.param("docker-compose.yml", True, id="old-name"),
        pytest.param("deploy/compose.prod.yaml", True, id="variant"),
        pytest.param("docker-compose-test.yml", True, id="dash"),
        pytest.param("valkey-compose.yml", True, id="prefix"),
        pytest.param("production.yml", True, id="stage"),
        pytest.param("composer.yml", False, id="composer"),
        pytest.param("docker-compose.yml.j2", False, id="template"),
        pytest.param("values.yaml", False, id="values"),
    ],
)
def test_paths(path: str, wanted: bool) -> None:
    assert READER.wants(path) is wanted
