"""Command lines of servers and queues -> programs, processes and work at once."""

from collections.abc import Mapping
from typing import Protocol

import pytest

from poollint.facts import Command
from poollint.manifests.commands.context import Context
from poollint.manifests.commands.start import programs
from poollint.source import SourceFile, Span
from poollint.values import Default, Known, Value


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


AT = Span("gunicorn.conf.py", 1, 1, 1, 2)
UVICORN = "uvicorn.workers.UvicornWorker"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param("uvicorn shop.main:app", "uvicorn shop.main 1xinf app", id="uvicorn-default"),
        pytest.param(
            "uvicorn shop.main:app --workers 4", "uvicorn shop.main 4xinf app", id="uvicorn-workers"
        ),
        pytest.param("uvicorn --workers=4 shop.main:app", "uvicorn shop.main 4xinf app", id="uvicorn-equals"),
        pytest.param("uvicorn a:app --workers 4 --reload", "uvicorn a 1xinf app", id="reload-is-one"),
        pytest.param("uvicorn --factory --port 80 a.web:make", "uvicorn a.web 1xinf app", id="factory"),
        pytest.param("uvicorn a:app --limit-concurrency 50", "uvicorn a 1x50 app", id="limit-concurrency"),
        pytest.param("uvicorn a:app --workers two", "uvicorn a ?xinf app", id="no-number"),
        pytest.param("uvicorn a:app --workers", "uvicorn a 1xinf app", id="flag-without-value"),
        pytest.param("uvicorn a:app --workers $N", "uvicorn a $Nxinf app", id="variable"),
        pytest.param("uvicorn a:app --workers ${N:-4}", "uvicorn a $N:4xinf app", id="variable-default"),
        pytest.param("uvicorn a:app --workers=${N:-4}", "uvicorn a $N:4xinf app", id="variable-glued"),
        pytest.param("uvicorn a:app --workers $((2 * ${C:-2} + 1))", "uvicorn a $C:5xinf app", id="sum"),
        pytest.param("uvicorn a:app --workers $((2 * 2 ** 3))", "uvicorn a ?xinf app", id="no-sum"),
        pytest.param("uvicorn a:app --workers $(nproc)", "uvicorn a ?xinf app", id="cpus"),
        pytest.param("uvicorn a:app --workers `getconf X`", "uvicorn a ?xinf app", id="backquotes"),
        pytest.param("gunicorn wsgi", "gunicorn wsgi 1x1 app", id="gunicorn-default"),
        pytest.param("gunicorn -w4 wsgi:app", "gunicorn wsgi 4x1 app", id="gunicorn-glued"),
        pytest.param("gunicorn --preload -w 3 'shop:make()'", "gunicorn shop 3x1 app", id="gunicorn-call"),
        pytest.param("gunicorn -w 3 --threads 8 wsgi:app", "gunicorn wsgi 3x8 app", id="gthread"),
        pytest.param("gunicorn -k gthread wsgi:app", "gunicorn wsgi 1x1 app", id="gthread-of-one"),
        pytest.param(f"gunicorn -k {UVICORN} -w 2 a:app", "gunicorn a 2xinf app", id="uvicorn-worker"),
        pytest.param("gunicorn -k gevent -w 2 a:app", "gunicorn a 2x1000 app", id="gevent"),
        pytest.param(
            "gunicorn -k gevent --worker-connections 50 a:app", "gunicorn a 1x50 app", id="connections"
        ),
        pytest.param("gunicorn -k shop.Worker a:app", "gunicorn a 1x? app", id="class-of-the-project"),
        pytest.param("gunicorn a:app --dirty-workers 2 -w 3", "gunicorn a 5x1 app", id="dirty-workers"),
        pytest.param("gunicorn a:app $ARGS", "gunicorn a $ARGS:1x$ARGS:1 app", id="arguments-in-a-variable"),
        pytest.param("gunicorn a:app $(cat args)", "gunicorn a ?x? app", id="arguments-of-a-command"),
        pytest.param("gunicorn a:app -c missing.py", "gunicorn a ?x? app", id="no-configuration-file"),
        pytest.param("gunicorn a:app -c missing.py -w 2", "gunicorn a 2x? app", id="flag-over-missing-file"),
        pytest.param("hypercorn a:app -w 3", "hypercorn a 3xinf app", id="hypercorn"),
        pytest.param("granian --interface asgi a:app --workers 2", "granian a 2xinf app", id="granian"),
        pytest.param(
            "granian --interface wsgi a:app --blocking-threads 4", "granian a 1x4 app", id="granian-wsgi"
        ),
        pytest.param("daphne -b 0.0.0.0 shop.asgi:application", "daphne shop.asgi 1xinf app", id="daphne"),
        pytest.param("waitress-serve --threads=6 shop:wsgi", "waitress shop 1x6 app", id="waitress"),
        pytest.param("fastapi run --workers 4 src/main.py", "fastapi src.main 4xinf app", id="fastapi-run"),
        pytest.param("fastapi dev src/main.py", "fastapi src.main 1xinf app", id="fastapi-dev"),
        pytest.param("fastapi run", "fastapi - 1xinf app", id="fastapi-without-path"),
        pytest.param("uwsgi --module shop.wsgi:app -p 4 --threads 2", "uwsgi shop.wsgi 4x2 app", id="uwsgi"),
        pytest.param("uwsgi --wsgi-file run.py --gevent 100", "uwsgi run 1x100 app", id="uwsgi-gevent"),
        pytest.param("uwsgi --ini missing.ini", "uwsgi - ?x? app", id="uwsgi-without-ini"),
        pytest.param("celery -A shop worker -c 4", "celery shop 4x1 worker", id="celery"),
        pytest.param("celery -A shop worker -B -Q a,b", "celery shop ?x1 worker", id="celery-cpus"),
        pytest.param(
            "celery --app=shop.tasks:app worker -c 2", "celery shop.tasks 2x1 worker", id="celery-app"
        ),
        pytest.param(
            "celery -A shop worker -P gevent -c 100", "celery shop 1x100 worker", id="celery-gevent"
        ),
        pytest.param("celery -A shop worker -P threads -c 9", "celery shop 1x9 worker", id="celery-threads"),
        pytest.param("celery -A shop worker -P solo -c 9", "celery shop 1x1 worker", id="celery-solo"),
        pytest.param("celery -A shop worker --autoscale=10,3", "celery shop 10x1 worker", id="autoscale"),
        pytest.param("celery -A shop worker -c auto", "celery shop ?x1 worker", id="celery-auto"),
        pytest.param("celery -A shop beat", "celery shop 1x1 beat", id="celery-beat"),
        pytest.param("celery -A shop flower", "celery shop 1x1 other", id="flower"),
        pytest.param("dramatiq shop.tasks -p 2 -t 4", "dramatiq shop.tasks 2x4 worker", id="dramatiq"),
        pytest.param("dramatiq shop.tasks", "dramatiq shop.tasks ?x8 worker", id="dramatiq-default"),
        pytest.param("arq shop.worker.Settings", "arq shop.worker 1x10 worker", id="arq"),
        pytest.param("taskiq worker shop.tq:broker", "taskiq shop.tq 2x100 worker", id="taskiq"),
        pytest.param("rq worker high low", "rq - 1x1 worker", id="rq"),
        pytest.param("huey_consumer.py shop.tq.huey -w 4", "huey shop.tq 1x4 worker", id="huey-threads"),
        pytest.param(
            "huey_consumer shop.tq.huey -w 4 -k process", "huey shop.tq 4x1 worker", id="huey-process"
        ),
        pytest.param("alembic upgrade head", "alembic - 1x1 migration", id="alembic"),
        pytest.param("flask db upgrade", "flask - 1x1 migration", id="flask-db"),
        pytest.param("flask shell", "flask - 1x1 shell", id="flask-shell"),
        pytest.param("python manage.py migrate", "manage.py - 1x1 migration", id="django-migrate"),
        pytest.param("python manage.py runserver 0:80", "manage.py - 1x1 app", id="django-runserver"),
        pytest.param("python -m shop.worker", "python shop.worker 1x? app", id="module"),
        pytest.param("python -u src/run.py --x", "python src.run 1x? app", id="script"),
        pytest.param("/usr/bin/python3.12 /app/src/run.py", "python src.run 1x? app", id="absolute-script"),
        pytest.param("node server.js", "node - ?x? other", id="not-python"),
    ],
)
def test_one_program(line: str, expected: str, run: Run) -> None:
    assert run(line) == [expected]


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("celery -A shop inspect ping", id="celery-inspect"),
        pytest.param("gunicorn --help", id="help"),
        pytest.param("uvicorn --version", id="version"),
        pytest.param("python -c 'import shop'", id="python-code"),
        pytest.param("python", id="python-alone"),
        pytest.param("uv sync", id="uv-sync"),
        pytest.param("wait-for-it.sh db:5432", id="wait-without-command"),
        pytest.param("pip install uvicorn", id="pip"),
        pytest.param("", id="nothing"),
        pytest.param("$COMMAND", id="unknown-command"),
        pytest.param("--port 80", id="only-flags"),
    ],
)
def test_no_program(line: str, run: Run) -> None:
    assert run(line) == []


@pytest.mark.parametrize(
    ("line", "env", "expected"),
    [
        pytest.param("uvicorn a:app", {"WEB_CONCURRENCY": "3"}, "uvicorn a 3xinf app", id="uvicorn"),
        pytest.param("fastapi run a.py", {"WEB_CONCURRENCY": "3"}, "fastapi a 3xinf app", id="fastapi"),
        pytest.param("granian a:app", {"GRANIAN_WORKERS": "3"}, "granian a 3xinf app", id="granian"),
        pytest.param("gunicorn a:app", {"WEB_CONCURRENCY": "3"}, "gunicorn a 3x1 app", id="gunicorn"),
        pytest.param("gunicorn a:app -w 5", {"WEB_CONCURRENCY": "3"}, "gunicorn a 5x1 app", id="flag-first"),
        pytest.param(
            "gunicorn a:app", {"GUNICORN_CMD_ARGS": "-w 6 --threads=2"}, "gunicorn a 6x2 app", id="arguments"
        ),
        pytest.param(
            "gunicorn a:app -w 5",
            {"GUNICORN_CMD_ARGS": "-w 6"},
            "gunicorn a 5x1 app",
            id="flag-over-arguments",
        ),
        pytest.param(
            "gunicorn a:app",
            {"GUNICORN_CMD_ARGS": "-w 6", "WEB_CONCURRENCY": "3"},
            "gunicorn a 6x1 app",
            id="arguments-over-variable",
        ),
        pytest.param(
            "gunicorn a:app", {"GUNICORN_CMD_ARGS": "-w '6"}, "gunicorn a 1x1 app", id="broken-arguments"
        ),
        pytest.param("flask run", {"FLASK_APP": "shop:make"}, "flask shop 1xinf app", id="flask"),
        pytest.param(
            "flask run --without-threads", {"FLASK_APP": "shop"}, "flask shop 1x1 app", id="flask-alone"
        ),
        pytest.param("gunicorn a:app -w $W", {"W": "7"}, "gunicorn a 7x1 app", id="set"),
        pytest.param("gunicorn a:app -w ${W:-2}", {"W": ""}, "gunicorn a 2x1 app", id="empty"),
        pytest.param("gunicorn a:app -w ${W-2}", {"W": "9"}, "gunicorn a 9x1 app", id="set-over-default"),
    ],
)
def test_variables(line: str, env: Mapping[str, str], expected: str, run: Run) -> None:
    assert run(line, env=env) == [expected]


@pytest.mark.parametrize(
    ("line", "constants", "expected"),
    [
        pytest.param("gunicorn a:app", {"workers": 5}, "gunicorn a 5x1 app", id="default-file"),
        pytest.param("gunicorn a:app -w 2", {"workers": 5}, "gunicorn a 2x1 app", id="flag-first"),
        pytest.param(
            "gunicorn -c conf.py",
            {"workers": 5, "wsgi_app": "a.b:app"},
            "gunicorn a.b 5x1 app",
            id="wsgi-app",
        ),
        pytest.param(
            "gunicorn -c file:conf.py a:app", {"worker_class": "gevent"}, "gunicorn a 1x1000 app", id="class"
        ),
        pytest.param(
            "gunicorn -c python:conf a:app", {"threads": 4}, "gunicorn a 1x4 app", id="python-prefix"
        ),
        pytest.param(
            'gunicorn -c "$(dirname "$0")/conf.py" a:app',
            {"workers": 3},
            "gunicorn a 3x1 app",
            id="own-folder",
        ),
    ],
)
def test_configuration_file(line: str, constants: Mapping[str, int | str], expected: str, run: Run) -> None:
    values: dict[str, Value] = {name: Known(value, AT) for name, value in constants.items()}
    files = {"/app/conf.py": "", "/app/gunicorn.conf.py": ""}
    assert run(line, files=files, constants=values) == [expected]


def test_uwsgi_reads_its_ini_file(run: Run) -> None:
    text = (
        "[other]\nprocesses=9\n[uwsgi]\nmodule = shop.wsgi:app\nprocesses = 4 ; four\nthreads = $(THREADS)\n"
    )
    files = {"/app/uwsgi.ini": text}
    assert run("uwsgi --ini uwsgi.ini", files=files, env={"THREADS": "3"}) == ["uwsgi shop.wsgi 4x3 app"]
    assert run("uwsgi uwsgi.ini", files=files) == ["uwsgi shop.wsgi 4x$THREADS app"]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        pytest.param("import uvicorn\nuvicorn.run('a:app')\n", "python run 1x? app", id="one"),
        pytest.param("uvicorn.run('a:app', workers=4)\n", "python run ?x? app", id="workers"),
        pytest.param("from multiprocessing import Pool\n", "python run ?x? app", id="multiprocessing"),
    ],
)
def test_scripts_may_start_processes(source: str, expected: str, run: Run) -> None:
    assert run("python run.py", files={"/app/run.py": source}) == [expected]
    assert run("python -m run", files={"/app/run.py": source}) == [expected]


def test_commands_that_the_project_installs(run: Run) -> None:
    files = {"/app/pyproject.toml": '[project.scripts]\nshop = "shop.cli:main"\n'}
    assert run("shop serve", files=files) == ["shop shop.cli ?x? app"]
    assert run("shopping serve", files=files) == ["shopping - ?x? other"]
    assert run("shop serve", files={"/app/pyproject.toml": "shop = ["}) == ["shop - ?x? other"]
    poetry = {"/app/pyproject.toml": '[tool.poetry.scripts]\nshop = "shop.cli:main"\n'}
    assert run("shop serve", files=poetry) == ["shop shop.cli ?x? app"]


def test_fastapi_looks_for_its_module(run: Run) -> None:
    assert run("fastapi run", files={"/app/app/main.py": ""}) == ["fastapi app.main 1xinf app"]


def test_celery_tells_modules_from_attributes(run: Run) -> None:
    line = "celery -A run_tasks.celery worker -c 1"
    assert run(line, files={"/app/run_tasks.py": ""}) == ["celery run_tasks 1x1 worker"]
    assert run(line, files={"/app/run_tasks/celery.py": ""}) == ["celery run_tasks.celery 1x1 worker"]
    assert run(line) == ["celery run_tasks.celery 1x1 worker"]


@pytest.mark.parametrize(
    ("line", "env", "expected"),
    [
        pytest.param(("/start.sh",), {}, "gunicorn app.main ?x? app", id="cpus"),
        pytest.param(("/start.sh",), {"WEB_CONCURRENCY": "2"}, "gunicorn app.main 2x? app", id="counted"),
        pytest.param(
            ("/start-reload.sh",), {"APP_MODULE": "shop.web:app"}, "gunicorn shop.web ?x? app", id="module"
        ),
    ],
)
def test_images_with_their_own_start_script(
    line: tuple[str, ...], env: Mapping[str, str], expected: str, run: Run
) -> None:
    base = "tiangolo/uvicorn-gunicorn-fastapi:python3.11"
    assert run(line, env=env, base=base, files={"/app/app/main.py": ""}) == [expected]
    assert run(line, env=env, base="python:3.12") == [f"{line[0][1:]} - ?x? other"]


def test_kubernetes_references(run: Run) -> None:
    words = ("gunicorn", "a:app", "-w", "$(WORKERS)")
    assert run(words, env={"WORKERS": "6"}, references=True) == ["gunicorn a 6x1 app"]
    assert run(words, references=True) == ["gunicorn a $WORKERSx1 app"]
    assert run(words, env={"WORKERS": "6"}) == ["gunicorn a ?x1 app"]


def test_preloading_and_timeouts_are_read() -> None:
    values: dict[str, Value] = {"preload_app": Known(value=True, origin=AT), "timeout": Known(90, AT)}
    for line, preload, timeout in (
        ("gunicorn a:app", True, 90),
        ("gunicorn a:app --timeout 10", True, 10),
    ):
        (program,) = programs(
            Command((line,), shell=True, at=AT),  # noqa: S604 - a fact, nothing is called
            Context({}, lambda path: SourceFile(path, ""), lambda _path, _environment: values),
        )
        assert program.preload == Known(preload, AT)
        assert program.request_timeout == Known(timeout, AT)


def test_what_is_not_configured() -> None:
    context = Context({}, lambda _: None, lambda _path, _environment: {})
    (program,) = programs(Command(("gunicorn", "a:app"), shell=False, at=AT), context)
    assert program.preload == Known(value=False, origin=AT)
    assert program.request_timeout == Known(30, AT)
    assert program.worker_class == "sync"
    assert isinstance(program.processes, Known)
    assert isinstance(program.processes.origin, Default)
    (uvicorn,) = programs(Command(("uvicorn", "a:app"), shell=False, at=AT), context)
    assert (uvicorn.preload, uvicorn.request_timeout) == (None, None)
