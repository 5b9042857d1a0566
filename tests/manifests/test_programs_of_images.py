"""From manifests and Dockerfiles to programs: build arguments, included files, roles, images alone."""

from collections.abc import Callable, Mapping

import pytest

from poollint.facts import Fact, Program, Workload
from poollint.source import Skipped
from poollint.values import Known

Read = Callable[[Mapping[str, str]], tuple[Fact | Skipped, ...]]


def workloads(facts: tuple[Fact | Skipped, ...]) -> dict[str, Workload]:
    return {fact.name: fact for fact in facts if isinstance(fact, Workload)}


def programs(workload: Workload) -> list[Program]:
    return [program for container in workload.containers for program in container.programs]


def shown(workload: Workload) -> list[str]:
    return [f"{each.name} {each.role}" for each in programs(workload)]


STAGES = """\
ARG KIND=web
FROM python:3.12 AS base
WORKDIR /app
COPY shop /app/shop
FROM base AS web
CMD ["uvicorn", "shop.web:app"]
FROM base AS jobs
ARG PROCESSES=2
ENV PROCESSES=$PROCESSES
CMD celery -A shop.tasks worker -c $PROCESSES
FROM $KIND
"""


@pytest.mark.parametrize(
    ("build", "expected", "processes"),
    [
        pytest.param("{context: .}", ["uvicorn app"], 1, id="defaults"),
        pytest.param("{context: ., args: {KIND: jobs}}", ["celery worker"], 2, id="stage"),
        pytest.param("{context: ., args: [KIND=jobs, PROCESSES=5]}", ["celery worker"], 5, id="list"),
    ],
)
def test_build_arguments(read_all: Read, build: str, expected: list[str], processes: int) -> None:
    compose = f"services:\n  shop:\n    build: {build}\n"
    shop = workloads(read_all({"compose.yaml": compose, "Dockerfile": STAGES}))["shop"]
    assert shown(shop) == expected
    count = programs(shop)[0].processes
    assert isinstance(count, Known)
    assert count.value == processes


SUPERVISED = {
    "compose.yaml": "services:\n  shop:\n    build: .\n",
    "Dockerfile": """\
FROM python:3.12
COPY conf/supervisord.conf /etc/supervisor/supervisord.conf
COPY conf/web.conf /etc/supervisor/conf.d/
CMD ["supervisord", "-c", "/etc/supervisor/supervisord.conf"]
""",
    "conf/supervisord.conf": "[supervisord]\nnodaemon=true\n[include]\nfiles = conf.d/*.conf\n",
    "conf/web.conf": "[program:web]\ncommand=uvicorn shop.web:app --workers 3\n",
    "conf/other.conf": "[program:other]\ncommand=celery -A shop worker\n",
}


def test_supervisord_includes_what_was_copied(read_all: Read) -> None:
    found = read_all(SUPERVISED)
    assert shown(workloads(found)["shop"]) == ["uvicorn app"]
    assert not [each for each in found if isinstance(each, Skipped)]


def test_supervisord_includes_a_file_by_its_name(read_all: Read) -> None:
    named = SUPERVISED["conf/supervisord.conf"].replace("*", "web")
    found = read_all({**SUPERVISED, "conf/supervisord.conf": named})
    assert shown(workloads(found)["shop"]) == ["uvicorn app"]


@pytest.mark.parametrize("pattern", ["elsewhere/*.conf", "lost.conf"])
def test_supervisord_includes_what_is_not_here(read_all: Read, pattern: str) -> None:
    conf = f"[include]\nfiles = {pattern}\n[program:web]\ncommand=uvicorn shop.web:app\n"
    found = read_all({**SUPERVISED, "conf/supervisord.conf": conf})
    assert shown(workloads(found)["shop"]) == ["uvicorn app"]
    assert [each.why for each in found if isinstance(each, Skipped)] == [
        f"supervisord includes {pattern}, which is not in the repository"
    ]


def test_only_the_override_that_compose_takes_by_itself_is_merged(read_all: Read) -> None:
    base = "services:\n  shop:\n    image: shop\n    deploy: {replicas: 3}\n"
    found = read_all(
        {
            "compose.yaml": base,
            "compose.override.lite.yaml": "services:\n  shop:\n    deploy: {replicas: 1}\n",
        }
    )
    counts = {fact.scope: fact.pods.maximum for fact in found if isinstance(fact, Workload)}
    assert {scope: count.value for scope, count in counts.items() if isinstance(count, Known)} == {
        "compose:compose.yaml": 3,
        "compose:compose.override.lite.yaml": 1,
    }


@pytest.mark.parametrize(
    ("name", "command", "expected"),
    [
        pytest.param("api", "python main.py", "python app", id="nothing-said"),
        pytest.param("order-worker", "python main.py", "python worker", id="service"),
        pytest.param("orders", "python start_consumer.py", "python worker", id="script"),
        pytest.param("orders", "python run_beat.py", "python beat", id="beat"),
        pytest.param("migrate", "python -m shop.schema", "python migration", id="migration"),
        pytest.param("worker-api", "uvicorn shop:app", "uvicorn app", id="a-server-serves"),
        pytest.param("workerless", "python main.py", "python app", id="whole-words"),
    ],
)
def test_roles_by_name(read_all: Read, name: str, command: str, expected: str) -> None:
    compose = f"services:\n  {name}:\n    image: shop\n    command: {command}\n"
    assert shown(workloads(read_all({"compose.yaml": compose}))[name]) == [expected]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param("web: python main.py", "python app", id="web"),
        pytest.param("clock: python main.py", "python worker", id="not-web"),
        pytest.param("release: python main.py", "python app", id="release"),
        pytest.param("api: gunicorn shop:app", "gunicorn app", id="server"),
    ],
)
def test_only_web_gets_requests_in_a_procfile(read_all: Read, line: str, expected: str) -> None:
    name = line.partition(":")[0]
    assert shown(workloads(read_all({"Procfile": f"{line}\n"}))[name]) == [expected]


SERVED = 'FROM python:3.12\nCMD ["gunicorn", "shop:app"]\n'


@pytest.mark.parametrize(
    ("command", "image", "alone"),
    [
        pytest.param("", SERVED, False, id="as-it-is"),
        pytest.param("command: uvicorn shop:app", SERVED, False, id="another-server"),
        pytest.param("command: alembic upgrade head", SERVED, True, id="only-migrates"),
        pytest.param("command: python load.py", SERVED, True, id="only-a-script"),
        pytest.param(
            "command: python load.py", 'FROM python:3.12\nCMD ["python", "main.py"]\n', False, id="no-server"
        ),
    ],
)
def test_images_that_nothing_runs_as_they_are(
    read_all: Read,
    command: str,
    image: str,
    alone: bool,
) -> None:
    compose = f"services:\n  shop:\n    build: .\n    {command}\n"
    found = read_all({"compose.yaml": compose, "Dockerfile": image})
    kinds = [fact.platform for fact in found if isinstance(fact, Workload)]
    assert kinds == (["compose", "image"] if alone else ["compose"])


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        pytest.param("{MAX_WORKERS: '1'}", 1, id="at-most-one"),
        pytest.param("{MAX_WORKERS: '8'}", None, id="more-than-the-least"),
        pytest.param("{MAX_WORKERS: many}", None, id="no-number"),
        pytest.param("{}", None, id="processors"),
        pytest.param("{WEB_CONCURRENCY: '3', MAX_WORKERS: '1'}", 3, id="given"),
    ],
)
def test_ready_image(read_all: Read, variables: str, expected: int | None) -> None:
    compose = f"services:\n  shop:\n    build: .\n    environment: {variables}\n"
    dockerfile = "FROM tiangolo/uvicorn-gunicorn-fastapi:python3.11\nCOPY shop/main.py /app/main.py\n"
    files = {"compose.yaml": compose, "Dockerfile": dockerfile, "shop/main.py": ""}
    (program,) = programs(workloads(read_all(files))["shop"])
    assert program.path == "shop/main.py"
    assert (program.processes.value if isinstance(program.processes, Known) else None) == expected


def test_a_namespace_may_be_a_template(read_all: Read) -> None:
    job = """\
apiVersion: batch/v1
kind: Job
metadata: {name: migrate, namespace: "{{ .Release.Namespace }}"}
spec: {template: {spec: {containers: [{name: migrate, image: shop, command: [alembic, upgrade, head]}]}}}
"""
    found = workloads(read_all({"hooks/job.yaml": job}))["migrate"]
    assert (found.namespace, shown(found)) == (None, ["alembic migration"])


@pytest.mark.parametrize(
    ("options", "path"),
    [
        pytest.param("shop:app", "src/shop.py", id="src"),
        pytest.param("--chdir /app/web site:app", "web/site.py", id="chdir"),
        pytest.param("--access-logfile - api.asgi:app", "api/asgi.py", id="dash"),
        pytest.param("lost:app", "", id="lost"),
    ],
)
def test_files_of_modules(read_all: Read, options: str, path: str) -> None:
    files = {
        "compose.yaml": "services:\n  shop:\n    build: .\n",
        "Dockerfile": f"FROM python:3.12\nWORKDIR /app\nCOPY . /app\nCMD gunicorn {options}\n",
        "src/shop.py": "",
        "web/site.py": "",
        "api/asgi.py": "",
    }
    assert programs(workloads(read_all(files))["shop"])[0].path == path


def test_the_import_path_of_a_variable(read_all: Read) -> None:
    files = {
        "compose.yaml": "services:\n  shop:\n    build: .\n    environment: {PYTHONPATH: ':/app/lib'}\n",
        "Dockerfile": "FROM python:3.12\nWORKDIR /app\nCOPY . /app\nCMD python -m shop\n",
        "lib/shop/__main__.py": "",
    }
    assert programs(workloads(read_all(files))["shop"])[0].path == "lib/shop/__main__.py"


def test_a_script_before_wait_is_not_what_runs(read_all: Read) -> None:
    line = "uvicorn shop:app & python seed.py && wait $!"
    compose = f"services:\n  shop:\n    image: shop\n    command: sh -c '{line}'\n"
    assert shown(workloads(read_all({"compose.yaml": compose.replace("$!", "")}))["shop"]) == ["uvicorn app"]


def test_two_servers_of_a_script_that_waits(read_all: Read) -> None:
    compose = (
        "services:\n  shop:\n    image: shop\n    command: sh -c 'uvicorn shop:app & python bot.py & wait'\n"
    )
    assert shown(workloads(read_all({"compose.yaml": compose}))["shop"]) == ["uvicorn app", "python app"]


def test_an_entry_point_gets_a_command_in_shell_form_through_a_shell(read_all: Read) -> None:
    compose = "services:\n  shop:\n    build: .\n"
    dockerfile = 'FROM python:3.12\nENTRYPOINT ["tini", "--"]\nCMD uvicorn shop:app --workers 3\n'
    shop = workloads(read_all({"compose.yaml": compose, "Dockerfile": dockerfile}))["shop"]
    assert shown(shop) == ["uvicorn app"]
    count = programs(shop)[0].processes
    assert isinstance(count, Known)
    assert count.value == 3
