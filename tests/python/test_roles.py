"""Roles by path and content, and the moment at which an engine is made."""

import pytest

from poollint.facts import Made, Role
from poollint.python.engines.roles import is_command, made_of, role_of
from poollint.python.evaluation.objects import Binding, Guard, MakerCall
from poollint.source import Span

AT = Span("app/db.py", 3, 10, 3, 40)
MAIN = 'if __name__ == "__main__":\n    main()\n'
MADE_IN_MAIN = 'if __name__ == "__main__":\n    import os\n\n    engine = create_engine(os.environ["DB"])\n'
TYPER = "app = typer.Typer()\n"


@pytest.mark.parametrize(
    ("path", "text", "role"),
    [
        pytest.param("app/db.py", "import os", Role.SERVICE, id="plain"),
        pytest.param("tests/db.py", "", Role.TEST, id="folder"),
        pytest.param("app/tests/unit/db.py", "", Role.TEST, id="inner-folder"),
        pytest.param("conftest.py", "", Role.TEST, id="conftest"),
        pytest.param("test_db.py", "import pytest", Role.TEST, id="test-file"),
        pytest.param("app/db_test.py", "from unittest import TestCase", Role.TEST, id="suffix"),
        pytest.param("app/fixtures.py", "import pytest\n", Role.TEST, id="fixtures"),
        pytest.param("test_observer/db.py", "import os", Role.SERVICE, id="product-test"),
        pytest.param("tests_api/db.py", "import os", Role.SERVICE, id="product-tests"),
        pytest.param("test_copr.py", "import os", Role.SERVICE, id="name-only"),
        pytest.param("app/run.py", "from unittest import mock\n", Role.SERVICE, id="mock"),
        pytest.param("alembic/env.py", "from alembic import context\n", Role.MIGRATION, id="env"),
        pytest.param(
            "app/helpers.py",
            "from alembic import context, op\ncontext.configure()",
            Role.MIGRATION,
            id="helpers",
        ),
        pytest.param(
            "versions/1.py", 'from alembic import op\nrevision: str = "1"\n', Role.MIGRATION, id="step"
        ),
        pytest.param("app/db.py", "from alembic import command\n", Role.SERVICE, id="command"),
        pytest.param("app/db.py", "from alembic import context\n", Role.SERVICE, id="context-unused"),
        pytest.param("env.py", "import os\n", Role.SERVICE, id="env-only-by-name"),
        pytest.param("scripts/seed.py", "", Role.SCRIPT, id="scripts"),
        pytest.param("seed.py", f"import argparse\n{MAIN}", Role.SCRIPT, id="command-line"),
        pytest.param("main.py", f"import argparse, uvicorn\n{MAIN}", Role.SERVICE, id="server"),
        pytest.param("bot.py", f"import asyncio\n{MAIN}", Role.SERVICE, id="bot"),
        pytest.param("tools/db.py", "import os", Role.SERVICE, id="tools"),
        pytest.param(
            "app/fill.py", f"{MADE_IN_MAIN}    while True:\n        f()\n", Role.SCRIPT, id="batches"
        ),
        pytest.param("wait.py", "if ready():\n    exit(0)\n", Role.SCRIPT, id="module-that-ends"),
        pytest.param("wait.py", "check()\nsys.exit()\n", Role.SCRIPT, id="module-that-ends-at-its-end"),
        pytest.param("db.py", "if not URL:\n    sys.exit(1)\n", Role.SERVICE, id="module-that-refuses"),
        pytest.param("db.py", "def f():\n    exit(0)\n", Role.SERVICE, id="function-that-ends"),
        pytest.param("tools/shop_benchmark/db.py", "", Role.SCRIPT, id="benchmark"),
        pytest.param("shop/benchmarking/db.py", "", Role.SERVICE, id="product-about-benchmarks"),
        pytest.param("app/seed.py", MADE_IN_MAIN, Role.SCRIPT, id="engine-in-main"),
        pytest.param("app/fill.py", MADE_IN_MAIN, Role.SCRIPT, id="engine-in-main-by-content"),
        pytest.param(
            "app/fill.py",
            f"{MADE_IN_MAIN}    while True:\n        sleep(1)\n",
            Role.SERVICE,
            id="engine-in-a-loop",
        ),
        pytest.param(
            "app/run.py", f"import uvicorn\n{MADE_IN_MAIN}", Role.SERVICE, id="engine-in-main-of-a-server"
        ),
        pytest.param("app/fill.py", f"engine = create_engine(url)\n{MAIN}", Role.SERVICE, id="engine-above"),
        pytest.param(
            "app/fill.py", f"{MAIN}def make():\n    create_engine(url)\n", Role.SERVICE, id="engine-below"
        ),
        pytest.param("app/commands/load.py", f"import typer\n{TYPER}", Role.SCRIPT, id="typer"),
        pytest.param("app/cli/schema.py", "import click\n", Role.SCRIPT, id="click"),
        pytest.param("app/cli/context.py", "", Role.SCRIPT, id="cli-folder"),
        pytest.param("app/cli/db/context.py", "", Role.SCRIPT, id="folder-of-cli-folder"),
        pytest.param("app/cli/serve.py", "import uvicorn", Role.SERVICE, id="cli-that-serves"),
        pytest.param("app/commands/place_order.py", "", Role.SERVICE, id="commands-of-the-product"),
        pytest.param("jobs/reaper.py", MAIN, Role.SCRIPT, id="job"),
        pytest.param("jobs/queue.py", f"import celery\n{MAIN}", Role.SERVICE, id="job-that-goes-on"),
        pytest.param("jobs/db.py", "import os\n", Role.SERVICE, id="job-folder-only"),
        pytest.param(
            "app/commands/serve.py", "import typer, uvicorn\n", Role.SERVICE, id="command-that-serves"
        ),
        pytest.param("app/cli.py", "import typer\n", Role.SCRIPT, id="cli-file"),
        pytest.param("manage.py", "from flask_script import Manager\n", Role.SCRIPT, id="manage"),
        pytest.param("app/reset_db.py", MAIN, Role.SCRIPT, id="reset"),
        pytest.param("app/reset_password.py", "import os\n", Role.SERVICE, id="reset-without-main"),
        pytest.param("app/views.py", "import click\n", Role.SERVICE, id="click-elsewhere"),
    ],
)
def test_role(path: str, text: str, role: Role) -> None:
    assert role_of(path, text) is role


def call(
    *functions: str,
    decorators: tuple[str, ...] = (),
    targets: tuple[str, ...] = (),
    scope: tuple[str, ...] | None = None,
    guard: str = "",
) -> MakerCall:
    bound = tuple(Binding("app/db.py", functions if scope is None else scope, target) for target in targets)
    conditions = (Guard("1", 0, guard),) if guard else ()
    return MakerCall(
        AT, "sqlalchemy.create_engine", (), (), None, (), functions, bound, decorators, conditions=conditions
    )


@pytest.mark.parametrize(
    ("made", "event"),
    [
        pytest.param(Made.MODULE, call(), id="module"),
        pytest.param(Made.MODULE, call("make", targets=("engine",), scope=()), id="module-through-function"),
        pytest.param(Made.FACTORY, call("make"), id="factory"),
        pytest.param(Made.FACTORY, call("Database", "__init__", targets=("self.engine",)), id="init"),
        pytest.param(Made.CACHED, call("make", decorators=("functools.lru_cache",)), id="lru-cache"),
        pytest.param(
            Made.CACHED, call("D", "engine", decorators=("functools.cached_property",)), id="cached-property"
        ),
        pytest.param(Made.CACHED, call("get", targets=("_engine",), guard="_engine is None"), id="guard"),
        pytest.param(
            Made.CACHED,
            call("D", "get", targets=("self._engine",), guard="not self._engine"),
            id="not-attribute",
        ),
        pytest.param(
            Made.CACHED, call("get", targets=("engines[url]",), guard="url not in engines"), id="dict"
        ),
        pytest.param(Made.FACTORY, call("get", targets=("engine",), guard="url is None"), id="other-guard"),
        pytest.param(Made.FACTORY, call("get", targets=("engine",), guard="engine == 1"), id="no-guard"),
        pytest.param(Made.LIFESPAN, call("lifespan"), id="lifespan"),
        pytest.param(Made.LIFESPAN, call("create_app"), id="create-app"),
        pytest.param(Made.LIFESPAN, call("boot", decorators=("fastapi.FastAPI().on_event",)), id="on-event"),
        pytest.param(Made.LIFESPAN, call("DbMiddleware", "__init__"), id="middleware"),
        pytest.param(Made.FACTORY, call("__init__"), id="no-middleware"),
        pytest.param(Made.HANDLER, call("read", decorators=("fastapi.APIRouter().get",)), id="fastapi"),
        pytest.param(Made.HANDLER, call("read", decorators=("app.route",)), id="unresolved-route"),
        pytest.param(Made.FACTORY, call("read", decorators=("cache.get",)), id="other-get"),
        pytest.param(Made.TASK, call("work", decorators=("celery.Celery().task",)), id="celery"),
        pytest.param(Made.TASK, call("work", decorators=("celery.shared_task",)), id="shared-task"),
        pytest.param(Made.TASK, call("work", decorators=("dramatiq.actor",)), id="dramatiq"),
        pytest.param(Made.TASK, call("work", decorators=("rq.job",)), id="rq"),
        pytest.param(Made.FACTORY, call("work", decorators=("own.job",)), id="other-job"),
        pytest.param(Made.FUNCTION_HANDLER, call("lambda_handler"), id="lambda"),
        pytest.param(Made.FUNCTION_HANDLER, call("x", decorators=("functions_framework.http",)), id="gcf"),
        pytest.param(Made.FACTORY, call("Command", "handler"), id="method-handler"),
    ],
)
def test_made(made: Made, event: MakerCall) -> None:
    assert made_of(event) is made


@pytest.mark.parametrize(
    ("decorator", "command"),
    [
        pytest.param("typer.Typer().command", True, id="typer"),
        pytest.param("typer.Typer().callback", True, id="typer-callback"),
        pytest.param("click.command", True, id="click"),
        pytest.param("click.group", True, id="click-group"),
        pytest.param("flask.Flask().cli.command", True, id="flask"),
        pytest.param("app.cli.command", True, id="flask-unresolved"),
        pytest.param("discord.ext.commands.Bot().command", False, id="bot"),
        pytest.param("bot.command", False, id="unresolved-bot"),
        pytest.param("click.option", False, id="option"),
        pytest.param("fastapi.APIRouter().get", False, id="route"),
    ],
)
def test_command(decorator: str, command: bool) -> None:
    assert is_command((decorator,)) is command
