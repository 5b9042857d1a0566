import pytest

from poollint.catalogue.platforms import platform_default, runtime
from poollint.catalogue.programs import container_of, program_of, programs
from poollint.catalogue.servers import recognise_server, split_image


@pytest.mark.parametrize(
    ("command", "words", "name"),
    [
        pytest.param("uvicorn", ["app:app"], "uvicorn", id="uvicorn"),
        pytest.param("gunicorn", [], "gunicorn", id="gunicorn"),
        pytest.param("fastapi", ["run", "app.py"], "fastapi", id="fastapi-run"),
        pytest.param("fastapi", ["dev"], "fastapi-dev", id="fastapi-dev"),
        pytest.param("celery", ["-A", "app", "worker", "-c", "4"], "celery", id="worker"),
        pytest.param("celery", ["-A", "worker", "beat"], "celery-beat", id="app-named-worker"),
        pytest.param("celery", ["-A", "app", "inspect"], None, id="celery-inspect"),
        pytest.param("rq", ["worker-pool", "high"], "rq-pool", id="rq-pool"),
        pytest.param("alembic", ["upgrade", "head"], "alembic", id="alembic"),
        pytest.param("fastapi", [], None, id="no-subcommand"),
        pytest.param("python", ["main.py"], None, id="python"),
        pytest.param("", [], None, id="empty"),
    ],
)
def test_programs(command: str, words: list[str], name: str | None) -> None:
    found = program_of(command, words)
    assert (found and found.name) == name


@pytest.mark.parametrize(
    ("name", "processes", "threads", "tasks", "at_once"),
    [
        ("uvicorn", 1, 1, None, "loop"),
        ("gunicorn", 1, 1, 1000, "one"),
        ("celery", None, 1, None, "one"),
        ("dramatiq", None, 8, None, "threads"),
        ("arq", 1, 1, 10, "tasks"),
        ("taskiq", 2, 1, 100, "tasks"),
        ("rq", 1, 1, None, "one"),
        ("waitress", 1, 4, None, "threads"),
    ],
)
def test_process_models(
    name: str, processes: int | None, threads: int, tasks: int | None, at_once: str
) -> None:
    one = programs()[name]
    found = (one.processes, one.threads, one.tasks, one.at_once)
    assert found == (processes, threads, tasks, at_once)


@pytest.mark.parametrize("name", programs())
def test_a_default_class_is_described(name: str) -> None:
    one = programs()[name]
    assert not one.default_class or one.default_class in one.at_once_by_class
    assert one.count_by_class.keys() <= one.at_once_by_class.keys()


@pytest.mark.parametrize(
    ("repository", "name"),
    [
        ("tiangolo/uvicorn-gunicorn-fastapi", "tiangolo"),
        ("docker.io/tiangolo/uvicorn-gunicorn", "tiangolo"),
        ("python", None),
        ("other/uvicorn-gunicorn", None),
    ],
)
def test_containers(repository: str, name: str | None) -> None:
    found = container_of(repository)
    assert (found and found.name) == name
    assert found is None or found.program in programs()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("kubernetes-deployment-replicas", 1),
        ("kubernetes-max-surge", 25),
        ("keda-max-replicas", 100),
        ("ecs-maximum-percent", 200),
        ("compose-replicas", 1),
    ],
)
def test_platform_defaults(name: str, value: int) -> None:
    assert platform_default(name).value == value


@pytest.mark.parametrize(
    ("name", "concurrency", "instances", "freezes"),
    [
        ("aws-lambda", 1, 1000, True),
        ("cloud-run", 80, 100, False),
        ("knative", 0, 0, False),
        ("cloud-functions-1", 1, None, True),
    ],
)
def test_runtimes(name: str, concurrency: int, instances: int | None, *, freezes: bool) -> None:
    one = runtime(name)
    assert (one.concurrency, one.instances, one.freezes) == (concurrency, instances, freezes)


def test_one_cloud_run_instance_has_100_cloud_sql_connections() -> None:
    assert runtime("cloud-run").database_connections == 100


def test_servers() -> None:
    found = recognise_server("postgres:16-alpine")
    assert found is not None
    assert found.family == "postgresql"
    assert recognise_server("edoburu/pgbouncer:v1.25.2-p0") is None
    assert split_image("localhost:5000/postgres") == ("localhost:5000/postgres", "")
