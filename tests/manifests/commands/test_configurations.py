"""Configuration that a command does not hold: Celery's in Python, hypercorn's in TOML."""

from collections.abc import Callable, Mapping
from typing import Protocol

import pytest

from poollint.facts import Fact, Program, Workload
from poollint.source import Skipped, Span
from poollint.values import Known, Unknown, Value


class Run(Protocol):
    def __call__(
        self,
        line: str | tuple[str, ...],
        *,
        env: Mapping[str, str] | None = None,
        files: Mapping[str, str] | None = None,
        constants: Mapping[str, Value] | None = None,
        closed: bool = False,
        references: bool = False,
        base: str = "",
    ) -> list[str]: ...


Read = Callable[[Mapping[str, str]], tuple[Fact | Skipped, ...]]
AT = Span("shop/settings.py", 1, 1, 1, 9)
WORKER = "celery -A shop.tasks worker"
SEVEN: Mapping[str, Value] = {"worker_concurrency": Known(7, AT), "LIMIT": Known(7, AT)}


@pytest.mark.parametrize(
    ("line", "text", "expected"),
    [
        pytest.param(WORKER, "app.conf.worker_concurrency = 4\n", "4x1", id="attribute"),
        pytest.param(
            WORKER, "app.conf.update(\n    a=1,\n    worker_concurrency=4,\n)\n", "4x1", id="update"
        ),
        pytest.param(WORKER, "app.conf.update({'worker_concurrency': 4, **more, 1: 2})\n", "4x1", id="dict"),
        pytest.param(WORKER, "app.conf.update(more, worker_concurrency=4, **rest)\n", "4x1", id="splat"),
        pytest.param(
            WORKER, "def make():\n    app.conf.update(worker_concurrency=4)\n", "4x1", id="in-a-function"
        ),
        pytest.param(WORKER, "app.conf.worker_concurrency = LIMIT\n", "7x1", id="constant"),
        pytest.param(WORKER, "app.conf.CELERYD_CONCURRENCY = 3\n", "3x1", id="old-name"),
        pytest.param(
            WORKER, "app.conf.worker_concurrency = 4\napp.conf.worker_pool = 'threads'\n", "1x4", id="pool"
        ),
        pytest.param(WORKER, "app.conf.worker_pool = 'solo'\n", "1x1", id="solo"),
        pytest.param(
            f"{WORKER} -c 2", "app.conf.worker_concurrency = 4\n", "2x1", id="the-command-comes-first"
        ),
        pytest.param(WORKER, "app.config_from_object('shop.settings')\n", "7x1", id="module-by-name"),
        pytest.param(
            WORKER, "import shop.settings as s\napp.config_from_object(s)\n", "7x1", id="module-imported"
        ),
        pytest.param(
            WORKER,
            "from shop import settings\napp.config_from_object(settings)\n",
            "7x1",
            id="module-from-package",
        ),
        pytest.param(
            WORKER,
            "app.config_from_object('shop.settings')\napp.conf.worker_concurrency = 4\n",
            "4x1",
            id="the-later-one-holds",
        ),
        # What nobody can tell is not known.
        pytest.param(WORKER, "if big:\n    app.conf.worker_concurrency = 4\n", "?x1", id="condition"),
        pytest.param(WORKER, "app.conf.worker_concurrency = cores() * 2\n", "?x1", id="computed"),
        pytest.param(WORKER, "app.conf.worker_concurrency = other\n", "?x1", id="unknown-name"),
        pytest.param(WORKER, "other.worker_concurrency = 4\n", "?x1", id="not-the-configuration"),
        pytest.param(WORKER, "app.conf.update(worker_concurrency=4\n", "?x1", id="no-python"),
        pytest.param(WORKER, "# worker_concurrency = 4\n", "?x1", id="comment"),
        pytest.param(WORKER, "app = Celery('shop')\n", "?x1", id="nothing-set"),
        pytest.param(WORKER, "app.config_from_object('shop.settings:Class')\n", "?x1", id="object"),
        pytest.param(WORKER, "app.config_from_object('elsewhere')\n", "?x1", id="module-not-here"),
        pytest.param(
            WORKER, "from . import x\nimport y\napp.config_from_object(s)\n", "?x1", id="name-not-imported"
        ),
        pytest.param(WORKER, "app.config_from_object(Settings())\n", "?x1", id="object-made-there"),
        pytest.param("celery worker", "app.conf.worker_concurrency = 4\n", "?x1", id="no-application"),
        pytest.param("celery -A other worker", "app.conf.worker_concurrency = 4\n", "?x1", id="other-module"),
    ],
)
def test_celery(run: Run, line: str, text: str, expected: str) -> None:
    files = {"/app/shop/tasks.py": text, "/app/shop/settings.py": "worker_concurrency = 7\n"}
    (found,) = run(line, files=files, constants=SEVEN)

    assert found.split()[2] == expected


def test_a_package_has_its_application_in_the_module_celery(run: Run) -> None:
    files = {"/app/shop/__init__.py": "", "/app/shop/celery.py": "app.conf.worker_concurrency = 4\n"}

    assert run("celery -A shop worker", files=files) == ["celery shop 4x1 worker"]


def test_what_is_too_long_is_left_alone(run: Run) -> None:
    text = "app.conf.worker_concurrency = 4\n" + "# long\n" * 150_000

    assert run(WORKER, files={"/app/shop/tasks.py": text}) == ["celery shop.tasks ?x1 worker"]


@pytest.mark.parametrize(
    ("line", "files", "expected"),
    [
        pytest.param("hypercorn -c h.toml a:app", {"/app/h.toml": "workers = 3\n"}, "3xinf", id="toml"),
        pytest.param("hypercorn -c h.toml -w 2 a:app", {"/app/h.toml": "workers = 3\n"}, "2xinf", id="flag"),
        pytest.param("hypercorn -c h.toml a:app", {"/app/h.toml": "bind = []\n"}, "1xinf", id="silent"),
        pytest.param("hypercorn -c h.toml a:app", {"/app/h.toml": "[workers]\na = 1\n"}, "1xinf", id="table"),
        pytest.param("hypercorn -c h.toml a:app", {"/app/h.toml": "workers = \n"}, "?xinf", id="broken"),
        pytest.param("hypercorn -c h.toml a:app", {}, "?xinf", id="missing"),
        pytest.param("hypercorn a:app", {"/app/hypercorn.toml": "workers = 3\n"}, "1xinf", id="unasked"),
    ],
)
def test_hypercorn(run: Run, line: str, files: Mapping[str, str], expected: str) -> None:
    assert run(line, files=files) == [f"hypercorn a {expected} app"]


def test_values_stand_in_their_files(read_all: Read) -> None:
    files = {
        "compose.yaml": "services:\n  web:\n    build: .\n    command: hypercorn -c conf/h.toml a:app\n"
        "  jobs:\n    build: .\n    command: celery -A shop.tasks worker\n",
        "Dockerfile": "FROM python\nWORKDIR /app\nCOPY . .\n",
        "conf/h.toml": "# first\nworkers = 3\n",
        "shop/tasks.py": "app.conf.update(\n    worker_concurrency=4,\n)\n",
    }
    web, jobs = (
        program
        for fact in read_all(files)
        if isinstance(fact, Workload)
        for container in fact.containers
        for program in container.programs
    )

    assert place(web) == ("conf/h.toml", 2, 1)
    assert place(jobs) == ("shop/tasks.py", 2, 24)


def place(program: Program) -> tuple[str, int, int]:
    value = program.processes
    assert not isinstance(value, Unknown)
    assert isinstance(value, Known)
    assert isinstance(value.origin, Span)
    return value.origin.path, value.origin.line, value.origin.column
